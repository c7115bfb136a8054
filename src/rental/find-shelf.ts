import type { Contract } from "../contracts/contract.ts";
import { findMatch } from "../market/match.ts";
import type { MarketState } from "../market/state.ts";
import { findContract, poolOf } from "../market/state.ts";
import { Supply } from "../market/supply.ts";
import type { EpochMs } from "../units.ts";
import type { SliceOrder } from "./commands.ts";
import { asksOf, misfit, sliceOrder } from "./shelf.ts";
import type { RentalState, Shelf } from "./state.ts";

/**
 * Shelves of others that have such a slice of a SKU now, within its limit: cheapest first, at the same price by id. The
 * slice is one that `checkOrder` accepts. Nothing is reserved.
 */
export function shelvesWith(
  market: MarketState,
  { shelves }: RentalState,
  slice: SliceOrder & { readonly sku: string },
  now: EpochMs,
): Shelf[] {
  return [...shelves.values()]
    .filter((shelf) => {
      const contract = findContract(market, shelf.contract)?.contract;
      return contract !== undefined && hasSlice(market, shelf, contract, slice, now);
    })
    .toSorted((a, b) => (a.price === b.price ? byId(a, b) : a.price < b.price ? -1 : 1));
}

function hasSlice(
  market: MarketState,
  shelf: Shelf,
  contract: Contract,
  { sku, ...slice }: SliceOrder & { readonly sku: string },
  now: EpochMs,
): boolean {
  const isTheirs = shelf.account === slice.account;
  const isOther = poolOf(market, contract.pool).config.sku !== sku;
  if (isTheirs || isOther || misfit(shelf, slice) !== null) return false;
  const order = sliceOrder(market, contract, slice, now);
  return findMatch(order, new Supply(asksOf(market, shelf, contract, now)), now) !== null;
}

function byId(a: Shelf, b: Shelf): number {
  return a.id < b.id ? -1 : 1;
}
