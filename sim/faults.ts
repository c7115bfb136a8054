import type { Random } from "../src/demo/random.ts";
import { weighted } from "./draw.ts";

/**
 * What becomes of one call of the store:
 * - `before`: it throws and has done nothing; `after`: it throws and has done all of it;
 * - `crash_before`, `crash_after`: the process is gone before it, or after it, and hears of nothing any more;
 * - `hang`: it neither comes back nor does anything until the simulator lets go of it.
 */
export type Fault = "none" | "before" | "after" | "crash_before" | "crash_after" | "hang";

/** Chances of faults, for as long as they are armed. */
export interface FaultPlan {
  /** Draws what becomes of the next call of that name. */
  next(call: string): Fault;
}

export const NO_FAULTS: FaultPlan = { next: () => "none" };

/** The next call of this name fares so, and no other. */
export function once(call: string, fault: Fault): FaultPlan {
  let isDone = false;
  return {
    next: (name) => {
      if (isDone || name !== call) return "none";
      isDone = true;
      return fault;
    },
  };
}

/** Each call may fail, and sometimes several in a row. */
export function flaky(random: Random, share: number): FaultPlan {
  return {
    next: () => (random() < share ? (random() < 0.5 ? "before" : "after") : "none"),
  };
}

/** Every call of this name fails, for so many times. */
export function failing(call: string, fault: Fault, times: number): FaultPlan {
  let left = times;
  return {
    next: (name) => {
      if (name !== call || left === 0) return "none";
      left -= 1;
      return fault;
    },
  };
}

const CALLS = [
  "commit",
  "commit",
  "commit",
  "answers",
  "hasBatch",
  "entriesAfter",
  "head",
  "writeSnapshot",
  "newestSnapshot",
];

/** Every point at which the service waits for its store is one at which it may fail. */
export function drawFaults(random: Random): FaultPlan {
  const call = CALLS[Math.floor(random() * CALLS.length)] ?? "commit";
  return weighted<() => FaultPlan>(random, [
    [3, () => once(call, "before")],
    [3, () => once("commit", "after")],
    [3, () => once(call, "crash_before")],
    [3, () => once("commit", "crash_after")],
    [2, () => once("commit", "hang")],
    [1, () => once("answers", "hang")],
    [2, () => flaky(random, 0.3)],
    [1, () => failing("commit", "before", 2 + Math.floor(random() * 6))],
    [1, () => failing("commit", "after", 2 + Math.floor(random() * 6))],
  ])();
}
