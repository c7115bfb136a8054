import { assert } from "../units.ts";

/** Marks a step of an outage: nothing runs, nothing counts. */
export const OUTAGE = -1;

/**
 * The most that firm contracts can deliver to someone who knows the future exactly.
 *
 * Each contract is one lot for `stepsPerContract` steps. It is cut short by the end of the trace or the beginning of
 * an outage, and then counts what was delivered until then. Each span without an outage is therefore its own problem.
 *
 * From left to right, start at each step as many contracts as fit: the least, over the steps that they would
 * cover, of idle lots less contracts that still run. This is the optimum. Let `G(t)` be how many contracts it has
 * started before `t`, and `Q(t)` how many any other feasible plan has. A step `u` bounds each plan by
 * `Q(u + 1) − Q(u − L + 1) ≤ idle(u)`. If `Q ≤ G` until `t`, then for each `u` in `[t, t + L)` that is in the span
 * `Q(t + 1) ≤ Q(u + 1) ≤ idle(u) + Q(u − L + 1) ≤ idle(u) + G(u − L + 1)`; and `G(t + 1)` is no less than the least
 * of those on the right. So `Q ≤ G` always: no plan is ever ahead. What a contract delivers never grows with its
 * start, so being ahead delivers at least as much. Nothing here uses that lots are whole, so it is also the
 * optimum of the linear relaxation.
 *
 * @param idleLots lots that the owner leaves idle at each step, or {@link OUTAGE}
 * @param stepsPerContract at least 1
 * @returns lot-steps delivered; linear time
 */
export function firmOracle(idleLots: Int32Array, stepsPerContract: number): number {
  assert(
    Number.isSafeInteger(stepsPerContract) && stepsPerContract > 0,
    "a contract lasts for whole steps, at least one",
  );
  let delivered = 0;
  let start = 0;
  for (let step = 0; step <= idleLots.length; step++) {
    if (step < idleLots.length && idleLots[step] !== OUTAGE) continue;
    delivered += deliveredInSpan(idleLots.subarray(start, step), stepsPerContract);
    start = step + 1;
  }
  return delivered;
}

function deliveredInSpan(idle: Int32Array, steps: number): number {
  const room = new Room(idle.length);
  /** Contracts started before each step: `G` above. */
  const started = new Float64Array(idle.length + 1);
  let delivered = 0;
  for (let step = 0, seen = 0; step < idle.length; step++) {
    const end = Math.min(step + steps, idle.length);
    for (; seen < end; seen++) {
      room.push(seen, (idle[seen] ?? 0) + (started[Math.max(0, seen - steps + 1)] ?? 0));
    }
    const before = started[step] ?? 0;
    const after = Math.max(before, room.leastFrom(step));
    started[step + 1] = after;
    delivered += (after - before) * (end - step);
  }
  return delivered;
}

/** The least of the limits pushed at `from` or later: those that a later, lower one hides are dropped. */
class Room {
  readonly #steps: Int32Array;
  readonly #limits: Float64Array;
  #first = 0;
  #end = 0;

  constructor(size: number) {
    this.#steps = new Int32Array(size);
    this.#limits = new Float64Array(size);
  }

  push(step: number, limit: number): void {
    while (this.#end > this.#first && (this.#limits[this.#end - 1] ?? 0) >= limit) this.#end--;
    this.#steps[this.#end] = step;
    this.#limits[this.#end] = limit;
    this.#end++;
  }

  leastFrom(step: number): number {
    while ((this.#steps[this.#first] ?? step) < step) this.#first++;
    return this.#limits[this.#first] ?? 0;
  }
}
