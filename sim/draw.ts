import type { Random } from "../src/demo/random.ts";
import { assert } from "../src/units.ts";

/** A whole number in `[low, high]`. */
export function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function oneOf<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[whole(random, 0, values.length - 1)];
  assert(value !== undefined, "something is drawn from nothing");
  return value;
}

/** One of the values, or null where there are none. */
export function anyOf<Value>(random: Random, values: Iterable<Value>): Value | null {
  const all = [...values];
  return all.length === 0 ? null : oneOf(random, all);
}

/** One of the values, by its weight. */
export function weighted<Value>(
  random: Random,
  choices: readonly (readonly [weight: number, value: Value])[],
): Value {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return oneOf(random, choices)[1];
}
