import { add, EMPTY, maximum, rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { ceilTo, epochMs, floorTo, later, MINUTE_MS } from "../units.ts";
import type { Block, OwnerState } from "./state.ts";

/** The end of the year 9999: later than anything that is sold. */
export const FAR = epochMs(253_402_300_800_000);

/** What the pool's declared runs ask for together, over time. */
export function declaredDemand(state: OwnerState, pool: string): Schedule {
  let sum = EMPTY;
  for (const run of state.runs.values()) {
    if (run.pool !== pool) continue;
    const start = floorTo(run.start, MINUTE_MS);
    const end = ceilTo(later(run.start, run.duration), MINUTE_MS);
    sum = add(sum, rectangle({ start, end }, run.gpus));
  }
  return sum;
}

/** GPUs that are not there: under maintenance or broken. */
export function missing(state: OwnerState, pool: string, capacity: Gpus): Schedule {
  return blocked(state, pool, capacity, ({ kind }) => kind !== "blackout");
}

/** GPUs that are there and not for sale; all of them, from now on, while the owner has stopped selling. */
export function withheld(state: OwnerState, pool: string, capacity: Gpus, now: EpochMs): Schedule {
  const blackouts = blocked(state, pool, capacity, ({ kind }) => kind === "blackout");
  const offering = state.offerings.get(pool);
  if (offering?.selling !== false) return blackouts;
  const start = floorTo(now, MINUTE_MS);
  return maximum(blackouts, rectangle({ start, end: FAR }, capacity));
}

function blocked(
  state: OwnerState,
  pool: string,
  capacity: Gpus,
  counts: (block: Block) => boolean,
): Schedule {
  let sum = EMPTY;
  for (const block of state.blocks.values()) {
    if (block.pool !== pool || !counts(block)) continue;
    sum = add(sum, blockedBy(block, capacity));
  }
  return sum;
}

export function blockedBy({ window, gpus }: Block, capacity: Gpus): Schedule {
  const whole = { start: floorTo(window.start, MINUTE_MS), end: ceilTo(window.end, MINUTE_MS) };
  return rectangle(whole, gpus ?? capacity);
}
