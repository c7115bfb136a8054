import {
  add,
  EMPTY,
  integral,
  minOver,
  rectangle,
  subtract,
  valueAt,
} from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type {
  DurationMs,
  EpochMs,
  GpuMs,
  Gpus,
  MicroUsdPerGpuHour,
  Notice,
  Ppm,
  Window,
} from "../units.ts";
import { addGpus, assert, earlier, gpuMs, MINUTE_MS, NO_GPUS } from "../units.ts";

/** What the holder was promised; it travels with the contract through every resale. */
export interface ContractPromise {
  readonly notice: Notice;
  readonly minimumRun: DurationMs;
  /** Shares of the price of what is promised and not delivered. */
  readonly recallCompensation: Ppm;
  readonly breachCompensation: Ppm;
  /** Chance of a recall before the end, as stated at the sale; in [0, 1]. */
  readonly statedRecallChance: number;
}

/** GPUs of one contract in one fabric over time. */
export interface Placement {
  readonly fabric: string;
  readonly held: Schedule;
}

/**
 * A sold promise. Its placements shrink with every cut (recall, breach, resale, cancellation), and grow only beyond its
 * end, when it is extended: what was delivered is their integral.
 *
 * States, by time alone: sold (`now < start`), running (`start ≤ now < end`), ended (`end ≤ now`).
 */
export interface Contract {
  readonly id: string;
  readonly holder: string;
  readonly pool: string;
  /** As sold, and extended since. */
  readonly window: Window;
  readonly price: MicroUsdPerGpuHour;
  readonly promise: ContractPromise;
  readonly soldGpus: Gpus;
  /** Bound to one fabric as a block: taken back whole or not at all. */
  readonly block: boolean;
  readonly placements: readonly Placement[];
}

/** What the contract holds in its last minute it goes on holding until then. */
export function extended(contract: Contract, until: EpochMs): Contract {
  const { start, end } = contract.window;
  const places = lastPlaces(contract);
  assert(end < until, "a contract is extended beyond its end");
  const more = new Map(places.map(({ fabric, gpus }) => [fabric, gpus]));
  const placements = contract.placements.map(({ fabric, held }) => {
    const added = more.get(fabric);
    const rest = { start: end, end: until };
    return { fabric, held: added === undefined ? held : add(held, rectangle(rest, added)) };
  });
  return { ...contract, window: { start, end: until }, placements };
}

/** Takes `taken` GPUs in `fabric`, which the contract holds, out of it through `window`; a negative number gives back. */
export function without(contract: Contract, fabric: string, window: Window, taken: Gpus): Contract {
  assert(heldInFabric(contract, fabric, window) >= taken, "a contract gives no more than it holds");
  const cut = rectangle(window, taken);
  const placements = contract.placements.map((placement) =>
    placement.fabric === fabric ? { fabric, held: subtract(placement.held, cut) } : placement,
  );
  return { ...contract, placements };
}

export function heldAt(contract: Contract, time: EpochMs): Gpus {
  return contract.placements.reduce(
    (sum, placement) => addGpus(sum, valueAt(placement.held, time)),
    NO_GPUS,
  );
}

/** GPUs of one fabric. */
export interface Place {
  readonly fabric: string;
  readonly gpus: Gpus;
}

/** Where the contract holds GPUs in its last minute, and how many. */
export function lastPlaces({ window, placements }: Contract): Place[] {
  const last = earlier(window.end, MINUTE_MS);
  return placements
    .map(({ fabric, held }) => ({ fabric, gpus: valueAt(held, last) }))
    .filter((place) => place.gpus > 0);
}

/** GPU-time held within the window. */
export function heldOver(contract: Contract, window: Window): GpuMs {
  return gpuMs(contract.placements.reduce((sum, p) => sum + integral(p.held, window), 0));
}

/** GPUs held over time, over all fabrics. */
export function heldInAll({ placements }: Contract): Schedule {
  return placements.reduce((sum, { held }) => add(sum, held), EMPTY);
}

/** GPUs held at every instant of the window, over all fabrics. */
export function heldThroughout(contract: Contract, window: Window): Gpus {
  return minOver(heldInAll(contract), window);
}

/** GPUs held at every instant of the window in one fabric. */
export function heldInFabric(contract: Contract, fabric: string, window: Window): Gpus {
  const placement = contract.placements.find((candidate) => candidate.fabric === fabric);
  return placement === undefined ? NO_GPUS : minOver(placement.held, window);
}
