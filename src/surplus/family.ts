import { assert } from "../units.ts";
import { Channel } from "./channel.ts";
import { LEADS_HOURS } from "./leads.ts";
import { QUANTILES } from "./quantiles.ts";
import type { Signals } from "./signals.ts";
import type { Target } from "./targets.ts";

/** One channel for each lead of the grid (or length of window), and what lies between them. */
export class Family {
  readonly #signals: Signals;
  readonly #channels: readonly Channel[];

  /** @param target of a number of hours: lead or length */
  constructor(signals: Signals, target: (hours: number) => Target) {
    this.#signals = signals;
    let shorter: Channel | null = null;
    this.#channels = LEADS_HOURS.map((hours) => (shorter = new Channel(target(hours), shorter)));
  }

  settle(): void {
    for (const channel of this.#channels) channel.settle(this.#signals);
  }

  forecast(): void {
    for (const channel of this.#channels) channel.forecast(this.#signals);
  }

  /**
   * The present origin's quantiles by grid position. Where a channel cannot speak yet (its horizon is longer
   * than the history), the nearest shorter one speaks for it.
   */
  grid(): Float64Array[] {
    let known: Float64Array | null = null;
    return this.#channels.map((channel) => {
      known = channel.quantiles(this.#signals) ?? known;
      assert(known !== null, "the shortest lead can speak after two weeks");
      return known;
    });
  }
}

/**
 * Quantiles at any number of hours from those of the grid: linear between neighbours, held beyond the ends.
 */
export function betweenLeads(grid: readonly Float64Array[], hours: number): Float64Array {
  const above = LEADS_HOURS.findIndex((lead) => lead >= hours);
  if (above <= 0) return grid.at(above)!.slice();
  const from = LEADS_HOURS[above - 1]!;
  const part = (hours - from) / (LEADS_HOURS[above]! - from);
  const [low, high] = [grid[above - 1]!, grid[above]!];
  return Float64Array.from(QUANTILES, (_, j) => low[j]! + part * (high[j]! - low[j]!));
}
