import type { Allotment } from "../../../ports.ts";
import { epochMs, gpus } from "../../../units.ts";

/** Seconds since 1970. */
export function at(seconds: number) {
  return epochMs(seconds * 1_000);
}

/** @param nodes by name: start and end in seconds */
export function allotment(
  nodes: Readonly<Record<string, readonly [number, number]>>,
  more: Partial<Allotment> = {},
): Allotment {
  const bound = Object.entries(nodes).map(([node, [start, end]]) => ({
    node,
    fabric: "f",
    gpus: gpus(8),
    start: at(start),
    end: at(end),
  }));
  const starts = Object.values(nodes).map(([start]) => start);
  const ends = Object.values(nodes).map(([, end]) => end);
  return {
    contract: "ctr_1",
    holder: "acme",
    start: at(Math.min(...starts)),
    end: at(Math.max(...ends)),
    nodes: bound,
    recalls: [],
    ...more,
  };
}

export function recallDue(due: number): Allotment["recalls"][number] {
  return { recall: "rcl_1", noticed: at(1), due: at(due), gpus: gpus(8) };
}
