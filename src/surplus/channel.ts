import { TailCorrection } from "./calibration.ts";
import { Expert } from "./expert.ts";
import { IDEAS } from "./experts.ts";
import { Mixture } from "./mixture.ts";
import { QUANTILES } from "./quantiles.ts";
import type { Signals } from "./signals.ts";
import type { Target } from "./targets.ts";

const LEVELS = QUANTILES.length;
/**
 * Fewer residuals do not yet say how wide a forecast is: two days of them, or half a horizon, since those of
 * origins that lie closer together than the horizon are nearly the same.
 */
function fewestResiduals(horizon: number): number {
  return Math.max(48, horizon / 2);
}

/**
 * One target's forecaster. An origin's forecast waits in its slot (origins modulo the horizon) until the
 * outcome is known `horizon` hours later; then experts, mixture and tails learn from it, in this order.
 */
export class Channel {
  readonly #target: Target;
  readonly #experts: readonly Expert[];
  readonly #mixture: Mixture;
  readonly #tails: TailCorrection;
  /** 1 where the slot holds a forecast. */
  readonly #made: Uint8Array;

  /** @param shorter the channel of the next shorter horizon; null for the shortest */
  constructor(target: Target, shorter: Channel | null) {
    this.#target = target;
    const fewest = fewestResiduals(target.horizon);
    this.#experts = IDEAS.map((idea) => new Expert(idea, target.horizon, fewest));
    this.#mixture = new Mixture(
      this.#experts.length,
      target.horizon,
      shorter === null ? null : shorter.#mixture,
    );
    this.#tails = new TailCorrection(target.horizon);
    this.#made = new Uint8Array(target.horizon);
  }

  /** Learns from the hour that has just been closed. */
  settle(signals: Signals): void {
    const outcome = this.#target.close(signals.levels);
    const slot = signals.levels.length % this.#target.horizon;
    for (const expert of this.#experts) expert.settle(slot, outcome);
    if (Number.isNaN(outcome) || this.#made[slot] === 0) return;
    this.#mixture.learn(slot, outcome);
    this.#tails.learn(slot, this.#mixture.combined, outcome);
  }

  /** Makes the forecast of the present origin; making it again replaces it. */
  forecast(signals: Signals): void {
    const slot = signals.levels.length % this.#target.horizon;
    const { forecasts } = this.#mixture;
    let awake = 0;
    this.#experts.forEach((expert, index) => {
      const at = this.#mixture.offset(slot, index);
      const speaks = expert.forecast(slot, signals, this.#target, forecasts, at);
      this.#mixture.setAwake(slot, index, speaks);
      if (speaks) awake += 1;
    });
    this.#made[slot] = awake > 0 ? 1 : 0;
    if (awake === 0) return;
    this.#mixture.combine(slot);
    this.#tails.correct(slot, this.#mixture.combined);
  }

  /** The quantiles of the present origin, copied; null where no expert can speak yet. */
  quantiles(signals: Signals): Float64Array | null {
    const slot = signals.levels.length % this.#target.horizon;
    if (this.#made[slot] === 0) return null;
    return this.#tails.corrected.slice(slot * LEVELS, (slot + 1) * LEVELS);
  }
}
