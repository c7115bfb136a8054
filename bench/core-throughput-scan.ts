import type { Asked } from "./core-throughput-orders.ts";
import { FABRICS, HORIZON } from "./core-throughput-orders.ts";

/** A place for an order: its first slot, and GPUs by fabric in the order in which they are taken. */
export interface Place {
  readonly start: number;
  readonly pieces: readonly (readonly [fabric: number, gpus: number])[];
}

/**
 * The opponent: free GPUs of each fabric in each slot, in one typed array a fabric, and plain loops. It finds the place
 * that the core's rules name (the earliest start; of one fabric the first, of any the smallest that holds what is left,
 * or else the largest) and takes it. It knows no prices, notices, promises, contracts, ladder or hash.
 */
export class BareScan {
  readonly #free: readonly Int32Array[];
  /** Of each fabric, what is free throughout the window that is looked at. */
  readonly #lows = new Int32Array(FABRICS);

  constructor(gpusOfFabric: number) {
    this.#free = Array.from({ length: FABRICS }, () => new Int32Array(HORIZON).fill(gpusOfFabric));
  }

  /** @returns the place that is taken, or null: none */
  place(order: Asked): Place | null {
    const place = order.fabric === "one" ? this.#inOne(order) : this.#inAny(order);
    if (place === null) return null;
    for (const [fabric, gpus] of place.pieces) this.#take(fabric, place.start, order.length, gpus);
    return place;
  }

  #inOne({ gpus, from, latest, length }: Asked): Place | null {
    let [best, found] = [latest + 1, -1];
    for (const [fabric, free] of this.#free.entries()) {
      const start = earliest(free, from, best - 1, length, gpus);
      if (start < 0) continue;
      [best, found] = [start, fabric];
      if (start === from) break;
    }
    return found < 0 ? null : { start: best, pieces: [[found, gpus]] };
  }

  #inAny({ gpus, from, length }: Asked): Place | null {
    let sum = 0;
    for (const [fabric, free] of this.#free.entries()) {
      const low = lowest(free, from, from + length);
      this.#lows[fabric] = low;
      sum += low;
    }
    return sum < gpus ? null : { start: from, pieces: this.#spread(gpus) };
  }

  #spread(gpus: number): [number, number][] {
    const pieces: [number, number][] = [];
    for (let left = gpus; left > 0;) {
      let [found, room] = [-1, 0];
      for (let fabric = 0; fabric < FABRICS; fabric += 1) {
        const low = this.#lows[fabric] ?? 0;
        const better = room >= left ? low >= left && low < room : low > room;
        if (better) [found, room] = [fabric, low];
      }
      const taken = Math.min(room, left);
      pieces.push([found, taken]);
      this.#lows[found] = 0;
      left -= taken;
    }
    return pieces;
  }

  #take(fabric: number, start: number, length: number, gpus: number): void {
    const free = this.#free[fabric];
    if (free === undefined) return;
    for (let slot = start; slot < start + length; slot += 1) free[slot] = (free[slot] ?? 0) - gpus;
  }
}

function lowest(free: Int32Array, from: number, to: number): number {
  let low = free[from] ?? 0;
  for (let slot = from + 1; slot < to; slot += 1) {
    const there = free[slot] ?? 0;
    if (there < low) low = there;
  }
  return low;
}

/** The first start, up to `latest`, from which the GPUs are free for so long; −1: none. */
function earliest(
  free: Int32Array,
  from: number,
  latest: number,
  length: number,
  gpus: number,
): number {
  let start = from;
  for (let slot = from; slot < start + length; slot += 1) {
    if ((free[slot] ?? 0) < gpus) start = slot + 1;
    if (start > latest) return -1;
  }
  return start > latest ? -1 : start;
}
