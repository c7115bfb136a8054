import type { DurationMs, Notice } from "../units.ts";
import { durationMs } from "../units.ts";
import type { AllowedWait, Policy } from "./policy.ts";

/** How long a surprise run of this size may wait. */
export function allowedWait(waits: readonly AllowedWait[], size: number): DurationMs {
  const fits = waits.find((wait) => wait.upTo === null || size <= wait.upTo);
  return fits?.wait ?? durationMs(0);
}

/** Size of the largest surprise run whose allowed wait is shorter than the notice; `Infinity` where even the largest's is. */
export function largestRunThatCannotWait(waits: readonly AllowedWait[], notice: Notice): number {
  let size = 0;
  for (const wait of waits) {
    if (wait.wait < notice) size = wait.upTo ?? Infinity;
  }
  return size;
}

/** Notices for which no run may wait: what is sold there is out of reach of a surprise. */
export function beyondRecall(policy: Policy): Notice[] {
  return policy.rungs
    .map((rung) => rung.notice)
    .filter((notice) => largestRunThatCannotWait(policy.allowedWaits, notice) === Infinity);
}
