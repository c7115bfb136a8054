import type { Options } from "./options.ts";
import type { Problem } from "./problem.ts";
import { respond } from "./response.ts";

/**
 * What a slot of a lane is worth beyond its reserve, because others want it too, and what follows from it.
 *
 * For any such prices, no allocation is worth more than the capacity at these prices plus what each block
 * would gain at them in its best place (Lagrangian duality). The lowest such bound over the prices is that of the
 * linear relaxation. The prices guide the search, and the bound says how much it can have missed.
 */
export interface ShadowPrices {
  /** Whole micro-dollars per GPU-hour, lane after lane and slot after slot. */
  readonly extra: Float64Array;
  /** In points; no allocation is worth more. */
  readonly bound: number;
}

/** Rounds without a lower bound after which the steps become half as long. */
const PATIENCE = 8;
/** How much of its direction a step keeps from the one before. */
const INERTIA = 0.7;

/**
 * Subgradient steps of Polyak's length (Held, Wolfe and Crowder, "Validation of subgradient optimization", 1974):
 * prices rise where the blocks want more than there is, and fall where they want less. At first all lanes share
 * one price a slot; otherwise the blocks would rush together from one lane to the next.
 *
 * @param worth of an allocation that is known, in points: how low the bound could be at best
 */
export function shadowPrices(
  problem: Problem,
  options: Options,
  worth: number,
  rounds: number,
): ShadowPrices {
  const none = new Float64Array(problem.free.length);
  const start = { extra: none, bound: respond(problem, options, none).bound };
  const shared = descend(problem, options, { start, worth, rounds, stride: 1, shared: true });
  const half = rounds / 2;
  const own = { start: shared, worth, rounds: half, stride: 1 / 16, shared: false };
  const { extra } = descend(problem, options, own);
  const whole = extra.map((price) => Math.floor(price));
  return { extra: whole, bound: respond(problem, options, whole).bound };
}

interface Descent {
  readonly start: ShadowPrices;
  readonly worth: number;
  readonly rounds: number;
  readonly stride: number;
  readonly shared: boolean;
}

function descend(problem: Problem, options: Options, descent: Descent): ShadowPrices {
  const { worth, rounds, shared } = descent;
  const prices = descent.start.extra.slice();
  const direction = new Float64Array(prices.length);
  let [best, stride, stale] = [descent.start, descent.stride, 0];
  for (let round = 0; round < rounds; round += 1) {
    const { bound, excess } = respond(problem, options, prices);
    stale = bound < best.bound ? 0 : stale + 1;
    if (bound < best.bound) best = { extra: prices.slice(), bound };
    if (stale === PATIENCE) {
      [stride, stale] = [stride / 2, 0];
      prices.set(best.extra);
      direction.fill(0);
      continue;
    }
    if (shared) shareAmongLanes(problem, excess);
    for (const [at, over] of excess.entries()) {
      direction[at] = INERTIA * (direction[at] ?? 0) + (1 - INERTIA) * over;
    }
    if (!step(prices, direction, stride * (bound - worth))) break;
  }
  return best;
}

function shareAmongLanes({ slots, lanes }: Problem, excess: Float64Array): void {
  for (let slot = 0; slot < slots; slot += 1) {
    let sum = 0;
    for (let at = slot; at < excess.length; at += slots) sum += excess[at] ?? 0;
    for (let at = slot; at < excess.length; at += slots) excess[at] = sum / lanes.length;
  }
}

/** @returns whether there was anything to change */
function step(prices: Float64Array, direction: Float64Array, length: number): boolean {
  let squares = 0;
  for (const [at, over] of direction.entries()) {
    if (over > 0 || (prices[at] ?? 0) > 0) squares += over * over;
  }
  if (squares === 0) return false;
  const scale = length / squares;
  for (const [at, over] of direction.entries()) {
    prices[at] = Math.max(0, (prices[at] ?? 0) + scale * over);
  }
  return true;
}
