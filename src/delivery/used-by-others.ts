import type { Schedule } from "../schedule/schedule.ts";
import { fromSteps } from "../schedule/schedule.ts";
import type { EpochMs, Gpus, Window } from "../units.ts";
import {
  addGpus,
  ceilTo,
  DAY_MS,
  elapsed,
  floorTo,
  HOUR_MS,
  latest,
  MINUTE_MS,
  NO_GPUS,
  subGpus,
} from "../units.ts";
import { FAR, type SeenNode } from "./seen-node.ts";

/** Until then the ends are told apart by the hour, and afterwards by the day. */
const NEAR_MS = 2 * DAY_MS;

/**
 * GPUs of nodes that are up and that others have, by fabric and over time from now on: whole nodes, for a holder never
 * shares one. Ends are rounded up, so that a schedule stays short however many jobs there are.
 */
export function usedByOthers(nodes: readonly SeenNode[], now: EpochMs): Map<string, Schedule> {
  const up = nodes.filter(({ isUp }) => isUp);
  const byFabric = Map.groupBy(up, ({ fabric }) => fabric);
  return new Map([...byFabric].map(([fabric, here]) => [fabric, usedOf(here, now)]));
}

function usedOf(nodes: readonly SeenNode[], now: EpochMs): Schedule {
  const changes = new Map<EpochMs, Gpus>();
  const change = (at: EpochMs, by: Gpus): void =>
    void changes.set(at, addGpus(changes.get(at) ?? NO_GPUS, by));
  for (const { gpus, others } of nodes) {
    for (const { start, end } of together(others.map((each) => rounded(each, now)))) {
      change(start, gpus);
      if (end < FAR) change(end, subGpus(NO_GPUS, gpus));
    }
  }
  let used = NO_GPUS;
  return fromSteps(
    [...changes]
      .toSorted(([a], [b]) => a - b)
      .map(([at, by]) => ({ at, gpus: (used = addGpus(used, by)) })),
  );
}

function rounded({ start, end }: Window, now: EpochMs): Window {
  const unit = elapsed(now, end) <= NEAR_MS ? HOUR_MS : DAY_MS;
  return { start: floorTo(start, MINUTE_MS), end: end === FAR ? FAR : ceilTo(end, unit) };
}

/** Windows that overlap or touch as one, in order of time. */
function together(windows: readonly Window[]): Window[] {
  const found: Window[] = [];
  for (const each of windows.toSorted((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last === undefined || each.start > last.end) found.push(each);
    else found[found.length - 1] = { start: last.start, end: latest(last.end, each.end) };
  }
  return found;
}
