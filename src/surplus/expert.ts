import { share } from "./numeric.ts";
import { QUANTILES } from "./quantiles.ts";
import type { Signals } from "./signals.ts";
import { SortedWindow } from "./sorted-window.ts";
import type { Target } from "./targets.ts";

/**
 * An expert's idea: a point, widened by the quantiles of its own past residuals. Residuals may be kept apart
 * by `band` (those of like circumstances widen the next) and counted in units of `scale`.
 */
export interface ExpertIdea {
  readonly name: string;
  /** How many residuals it remembers in each band; with one band, an hour without a residual counts too. */
  readonly memory: number;
  readonly bands: number;
  /** The point of origins before the history began: NaN, but for an idea whose point is always the same. */
  readonly pointBefore: number;
  /** The point from the end of the history; NaN where the idea has nothing to say yet. */
  point(signals: Signals, target: Target): number;
  /** Above 0. */
  scale(signals: Signals): number;
  /** Below `bands`. */
  band(signals: Signals): number;
}

/** An idea at work on one target. Slots are origins modulo the target's horizon. */
export class Expert {
  readonly idea: ExpertIdea;
  readonly #fewestResiduals: number;
  readonly #residuals: readonly SortedWindow[];
  readonly #points: Float64Array;
  readonly #scales: Float64Array;
  readonly #bands: Uint8Array;

  /** @param fewestResiduals below which it sleeps; with 0 it never does, and is a bare point at first */
  constructor(idea: ExpertIdea, horizon: number, fewestResiduals: number) {
    this.idea = idea;
    this.#fewestResiduals = fewestResiduals;
    this.#residuals = Array.from({ length: idea.bands }, () => new SortedWindow(idea.memory));
    this.#points = new Float64Array(horizon).fill(idea.pointBefore);
    this.#scales = new Float64Array(horizon).fill(1);
    this.#bands = new Uint8Array(horizon);
  }

  /** Learns what came of the forecast in `slot`; NaN where an outage hid it. */
  settle(slot: number, outcome: number): void {
    const residual = (outcome - this.#points[slot]!) / this.#scales[slot]!;
    if (this.idea.bands > 1 && Number.isNaN(residual)) return;
    this.#residuals[this.#bands[slot]!]!.push(residual);
  }

  /** Writes its quantiles to `into` from `at` on, unless it sleeps: then it answers false. */
  forecast(
    slot: number,
    signals: Signals,
    target: Target,
    into: Float64Array,
    at: number,
  ): boolean {
    const point = this.idea.point(signals, target);
    const scale = this.idea.scale(signals);
    const band = this.idea.band(signals);
    this.#points[slot] = point;
    this.#scales[slot] = scale;
    this.#bands[slot] = band;
    const residuals = this.#residuals[band]!;
    if (Number.isNaN(point) || residuals.size < this.#fewestResiduals) return false;
    for (let j = 0; j < QUANTILES.length; j += 1) {
      const width = residuals.size === 0 ? 0 : residuals.quantile(QUANTILES[j]!);
      into[at + j] = share(point + scale * width);
    }
    return true;
  }
}
