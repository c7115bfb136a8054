import type { Contract } from "../contracts/contract.ts";
import { heldOver } from "../contracts/contract.ts";
import { nextMinute } from "../market/candidates.ts";
import { heldBy, isListed } from "../market/decide-holder.ts";
import { refusalOf } from "../market/decide-order.ts";
import type { MarketEvent } from "../market/events.ts";
import { resoldPart } from "../market/fill-events.ts";
import { listingAsk } from "../market/listing-ask.ts";
import type { Match } from "../market/match.ts";
import { matchBuy } from "../market/match.ts";
import type { Order } from "../market/order.ts";
import type { MarketState, PoolState } from "../market/state.ts";
import { findContract, poolOf } from "../market/state.ts";
import { Supply } from "../market/supply.ts";
import type { EpochMs, GpuMs, Ppm, Window } from "../units.ts";
import { elapsed, gpuMs, gpusOver, latest, MINUTE_MS, NO_MONEY, notice } from "../units.ts";
import type {
  Customers,
  RentalCommand,
  RentalDecision,
  RentalRefusal,
  SliceOrder,
} from "./commands.ts";
import { rentalOrder } from "./rented.ts";
import { sliceIncome } from "./shelf-figures.ts";
import type { RentalState, Shelf } from "./state.ts";
import { rentedAs } from "./state.ts";

type OpenShelf = Extract<RentalCommand, { type: "open_shelf" }>;
type RentSlice = Extract<RentalCommand, { type: "rent_slice" }>;

export function decideShelf(
  market: MarketState,
  state: RentalState,
  customers: Customers,
  { shelf, now }: OpenShelf,
): RentalDecision {
  if (state.shelves.has(shelf.id)) return { refusal: "shelf_id_repeated" };
  const contract = heldBy(market, shelf.contract, shelf.account);
  if (contract === null) return { refusal: "contract_unknown" };
  if (rentedAs(state, contract.id) !== null) return { refusal: "contract_rented" };
  if (shelfOf(state, contract.id) !== null) return { refusal: "contract_on_shelf" };
  if (isListed(market, contract)) return { refusal: "contract_listed" };
  const refusal = faultOf(shelf, poolOf(market, contract.pool));
  if (refusal !== null) return { refusal };
  const whole = leftOf(contract, now);
  if (whole === 0) return { refusal: "nothing_left" };
  const nothing = { sold: gpuMs(0), income: NO_MONEY, fees: NO_MONEY };
  const opened = { ...shelf, costPrice: customers.pays(contract), whole, ...nothing };
  return { events: [{ type: "shelf_opened", shelf: opened }] };
}

/** The shelf on which a contract stands. */
export function shelfOf({ shelves }: RentalState, contract: string): Shelf | null {
  for (const shelf of shelves.values()) if (shelf.contract === contract) return shelf;
  return null;
}

function faultOf(shelf: OpenShelf["shelf"], { policy }: PoolState): RentalRefusal | null {
  const { price, shortest, longest, leastGpus } = shelf;
  if (price <= 0n) return "price_not_positive";
  if (shortest % MINUTE_MS !== 0 || longest % MINUTE_MS !== 0) return "time_not_minute_aligned";
  if (shortest <= 0) return "duration_not_positive";
  if (shortest > longest) return "duration_range_reversed";
  if (leastGpus <= 0) return "gpus_not_positive";
  return leastGpus % policy.lot === 0 ? null : "gpus_not_whole_lots";
}

/** GPU-time of the contract from the next minute on. */
export function leftOf(contract: Contract, now: EpochMs): GpuMs {
  const rest = restOf(contract, now);
  return rest.start < rest.end ? heldOver(contract, rest) : gpuMs(0);
}

function restOf({ window }: Contract, now: EpochMs): Window {
  return { start: latest(window.start, nextMinute(now)), end: window.end };
}

/** A slice is a resale of a part at the shelf's price: the promise travels along. */
export function decideSlice(
  market: MarketState,
  state: RentalState,
  customers: Customers,
  command: RentSlice & { readonly feeRate: Ppm },
): RentalDecision {
  const { slice, now, feeRate } = command;
  const shelf = state.shelves.get(command.shelf);
  const from = shelf && findContract(market, shelf.contract)?.contract;
  if (shelf === undefined || from === undefined) return { refusal: "shelf_unknown" };
  if (shelf.account === slice.account) return { refusal: "own_shelf" };
  const order = sliceOrder(market, from, slice, now);
  const refusal = refusalOf(market, order, now) ?? misfit(shelf, slice);
  if (refusal !== null) return { refusal };
  const match = matchBuy(order, new Supply(asksOf(market, shelf, from, now)), now);
  if (typeof match === "string") return { refusal: match };
  const sale = saleOf(market, shelf, from, { order, match });
  customers.hear(sale);
  const sold = gpusOver(match.gpus, elapsed(match.window.start, match.window.end));
  const paid = sliceIncome(shelf.price, sold, feeRate);
  const rented = { shelf: shelf.id, order: order.id, contract: sale.contract.id, sold, ...paid };
  return { events: [sale, { type: "slice_rented", ...rented }] };
}

export function misfit(shelf: Shelf, { gpus, duration }: SliceOrder): RentalRefusal | null {
  if (gpus < shelf.leastGpus) return "slice_too_few_gpus";
  if (duration < shelf.shortest) return "slice_too_short";
  return duration > shelf.longest ? "slice_too_long" : null;
}

export function sliceOrder(
  market: MarketState,
  from: Contract,
  { start, ...slice }: SliceOrder,
  now: EpochMs,
): Order {
  const { sku } = poolOf(market, from.pool).config;
  return rentalOrder({ ...slice, sku, noticeAtLeast: notice(0), start: start ?? nextMinute(now) });
}

/** The rest of the contract as a listing that is in no book: it shows what is held. */
export function asksOf(market: MarketState, shelf: Shelf, contract: Contract, now: EpochMs) {
  const rest = restOf(contract, now);
  if (rest.start >= rest.end) return [];
  const pool = poolOf(market, contract.pool);
  const what = { id: shelf.id, account: shelf.account, sku: pool.config.sku, limit: shelf.price };
  const terms = { gpus: contract.soldGpus, fabric: "any", noticeAtLeast: notice(0) } as const;
  const duration = elapsed(rest.start, rest.end);
  const order = rentalOrder({ ...what, ...terms, start: rest.start, duration });
  return [listingAsk(order, pool.policy.lot, () => contract)];
}

function saleOf(
  market: MarketState,
  shelf: Shelf,
  from: Contract,
  { order, match }: { readonly order: Order; readonly match: Match },
): Extract<MarketEvent, { type: "contract_resold" }> {
  const id = `${order.id}.${market.sales + 1}`;
  const { window, pieces } = match;
  const contract = resoldPart(from, { id, holder: order.account, window, pieces });
  const sold = { order: order.id, listing: shelf.id, from: from.id, price: shelf.price };
  return { type: "contract_resold", ...sold, contract };
}
