import type { Contract } from "../contracts/contract.ts";
import { assert } from "../units.ts";
import { orderFields } from "./hash-fields.ts";
import { listingAsk } from "./listing-ask.ts";
import type { Order } from "./order.ts";
import type { MarketState } from "./state.ts";
import { findContract, openSupply } from "./state.ts";

export function rest(state: MarketState, order: Order): void {
  state.book.insert(order);
  state.hash.add(orderFields(order));
  if (order.side === "sell") list(state, order);
}

/** With fewer GPUs, in the same place in line. */
export function reduce(state: MarketState, order: Order): void {
  const before = state.book.get(order.id);
  assert(before !== undefined, `order ${order.id} is in the book`);
  state.book.reduce(order);
  state.hash.remove(orderFields(before));
  state.hash.add(orderFields(order));
  if (order.side !== "sell") return;
  unlist(state, order);
  list(state, order);
}

function list(state: MarketState, order: Order): void {
  const id = order.contract ?? "";
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} is listed by its holder`);
  const live = (): Contract => {
    const contract = findContract(state, id)?.contract;
    assert(contract !== undefined, `listed contract ${id} lives`);
    return contract;
  };
  const ask = listingAsk(order, found.pool.policy.lot, live);
  state.listings.set(order.id, ask);
  const own = state.listingsOf.get(order.account);
  if (own === undefined) state.listingsOf.set(order.account, new Set([ask]));
  else own.add(ask);
  openSupply(state, order.sku).add(ask);
}

function unlist(state: MarketState, order: Order): void {
  const ask = state.listings.get(order.id);
  assert(ask !== undefined, `sell order ${order.id} is listed`);
  state.listings.delete(order.id);
  const own = state.listingsOf.get(order.account);
  own?.delete(ask);
  if (own?.size === 0) state.listingsOf.delete(order.account);
  openSupply(state, order.sku).remove(ask);
}

export function leave(state: MarketState, id: string): void {
  const order = state.book.get(id);
  assert(order !== undefined, `order ${id} is in the book`);
  state.book.remove(id);
  state.hash.remove(orderFields(order));
  if (order.side === "sell") unlist(state, order);
}
