import type { Contract } from "../contracts/contract.ts";
import { rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { EpochMs, Window } from "../units.ts";
import { durationMs, epochMs, gpus, HOUR_MS, microUsdPerGpuHour, notice, ppm } from "../units.ts";
import type { SeenNode } from "./seen-node.ts";

export const LOT = gpus(8);

export function hour(count: number): EpochMs {
  return epochMs(count * HOUR_MS);
}

export function contractOf(
  id: string,
  window: Window,
  held: Readonly<Record<string, Schedule>>,
): Contract {
  return {
    id,
    holder: "h",
    pool: "p",
    window,
    price: microUsdPerGpuHour(1n),
    promise: {
      notice: notice(0),
      minimumRun: durationMs(0),
      recallCompensation: ppm(0),
      breachCompensation: ppm(0),
      statedRecallChance: 0,
    },
    soldGpus: LOT,
    block: false,
    placements: Object.entries(held).map(([fabric, schedule]) => ({ fabric, held: schedule })),
  };
}

/** So many lots of fabric a from the one hour to the other. */
export function lots(id: string, count: number, from: number, to: number): Contract {
  const window = { start: hour(from), end: hour(to) };
  return contractOf(id, window, { a: rectangle(window, gpus(8 * count)) });
}

/** A node of fabric a that is up and nobody's, unless it is said. */
export function node(name: string, more: Partial<SeenNode> = {}): SeenNode {
  const usual = {
    fabric: "a",
    gpus: LOT,
    isUp: true,
    others: [],
    inUse: gpus(0),
  };
  return { node: name, ...usual, ...more };
}

/** Others have it from the one hour to the other. */
export function others(from: number, to: number): Window[] {
  return [{ start: hour(from), end: hour(to) }];
}
