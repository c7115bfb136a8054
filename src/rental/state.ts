import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type {
  DurationMs,
  EpochMs,
  GpuMs,
  Gpus,
  MicroUsd,
  MicroUsdPerGpuHour,
  Notice,
  Window,
} from "../units.ts";

/**
 * Why a rental goes on no longer:
 * - `stopped`: by its holder; `budget_reached`: the next minute would cost more than is left of it;
 * - `outbid`: the price is above the holder's highest; `supply_gone`: its GPUs are sold or needed then;
 * - `credit_gone`, `account_closed`: its holder can or may not go on;
 * - `taken_back`: it no longer has all its GPUs; `lapsed`: nobody renewed it in time, for the service was down.
 */
export type RentalEnd =
  | "stopped"
  | "budget_reached"
  | "outbid"
  | "supply_gone"
  | "credit_gone"
  | "account_closed"
  | "taken_back"
  | "lapsed";

/**
 * GPUs rented by the minute until stopped. It is committed from its start until `until`, a little more than its notice
 * from now; each minute moves that on. Where it is not renewed, it ends by itself after its notice; a recall can only
 * take its last minutes, and states its chance as of any contract.
 *
 * States: running (`ending` is null) → ending (until `until`) → ended, which leaves the state.
 */
export interface Rental {
  readonly id: string;
  readonly account: string;
  readonly sku: string;
  readonly pool: string;
  readonly notice: Notice;
  readonly gpus: Gpus;
  readonly fabric: "one" | "any";
  /** Highest price at which it is renewed. */
  readonly maxPrice: MicroUsdPerGpuHour;
  /** Highest price of all that is ever committed, without tax; null: no such limit. */
  readonly budget: MicroUsd | null;
  /** Price of all that is committed so far, each purchase rounded up. */
  readonly committed: MicroUsd;
  readonly started: EpochMs;
  /** The last of its contracts, one for each price that it has had. */
  readonly contract: string;
  readonly until: EpochMs;
  readonly ending: RentalEnd | null;
}

/** A bid for GPUs of a pool's shortest notice, interval by interval, until it is withdrawn. */
export interface SpotBid {
  readonly id: string;
  readonly account: string;
  readonly pool: string;
  /** All or none. */
  readonly gpus: Gpus;
  readonly limit: MicroUsdPerGpuHour;
  readonly placed: EpochMs;
  /** Of the last interval that it has won, and when that ends; null: none yet. */
  readonly contract: string | null;
  readonly until: EpochMs | null;
}

/** The last clearing of a pool. */
export interface SpotPrice {
  readonly pool: string;
  readonly window: Window;
  readonly price: MicroUsdPerGpuHour;
}

/** A wholesale contract of which its holder rents out slices at an hourly price. */
export interface Shelf {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  readonly price: MicroUsdPerGpuHour;
  readonly shortest: DurationMs;
  readonly longest: DurationMs;
  readonly leastGpus: Gpus;
  /** What its holder pays a GPU-hour. */
  readonly costPrice: MicroUsdPerGpuHour;
  /** What the contract had when it was put there. */
  readonly whole: GpuMs;
  /** What slices of it were sold for so far, without tax, and the market's part of that. */
  readonly sold: GpuMs;
  readonly income: MicroUsd;
  readonly fees: MicroUsd;
}

/** Changed only by `applyRental`. */
export interface RentalState {
  readonly rentals: HashedMap<string, Rental>;
  readonly bids: HashedMap<string, SpotBid>;
  readonly spot: HashedMap<string, SpotPrice>;
  readonly shelves: HashedMap<string, Shelf>;
}

export function nothingRented(hash: StateHash): RentalState {
  return {
    rentals: new HashedMap(hash, rentalFields),
    bids: new HashedMap(hash, bidFields),
    spot: new HashedMap(hash, ({ pool, window, price }) => [
      "spot",
      pool,
      window.start,
      window.end,
      price,
    ]),
    shelves: new HashedMap(hash, shelfFields),
  };
}

function rentalFields(rental: Rental): (string | number | bigint)[] {
  const { id, account, sku, pool, notice, gpus, fabric, maxPrice } = rental;
  const { budget, committed, started, contract, until, ending } = rental;
  const wanted = [sku, pool, notice, gpus, fabric, maxPrice, budget ?? ""];
  return ["rental", id, account, ...wanted, committed, started, contract, until, ending ?? ""];
}

function bidFields({ id, account, pool, gpus, limit, placed, contract, until }: SpotBid) {
  return ["bid", id, account, pool, gpus, limit, placed, contract ?? "", until ?? ""];
}

function shelfFields(shelf: Shelf): (string | number | bigint)[] {
  const { id, account, contract, price, shortest, longest, leastGpus } = shelf;
  const { costPrice, whole, sold, income, fees } = shelf;
  const terms = [price, shortest, longest, leastGpus, costPrice];
  return ["shelf", id, account, contract, ...terms, whole, sold, income, fees];
}

/** The rental that a contract is of: it is named after it. */
export function rentedAs({ rentals }: RentalState, contract: string): Rental | null {
  return rentals.get(contract.slice(0, Math.max(0, contract.lastIndexOf(".")))) ?? null;
}
