import { exp, ln } from "../elementary.ts";

/** A stream of numbers in [0, 1): the only source of chance in a demo. */
export type Random = () => number;

/** What a number is drawn between; above 0 where it is drawn log-uniformly. */
export type Range = readonly [low: number, high: number];

/**
 * The stream that a name stands for. Every part of a cluster draws from its own stream, so that changing one
 * part leaves the others as they were. The generator is sfc32 (Chris Doty-Humphrey, PractRand): 32-bit
 * integer sums and shifts only, the same everywhere.
 */
export function randomFrom(name: string): Random {
  const [a, b, c] = [hash(name, 0), hash(name, 1), hash(name, 2)];
  const next = sfc32(a, b, c);
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

/** FNV-1a over the UTF-16 units, salted, then mixed so that near names give far seeds. */
function hash(name: string, salt: number): number {
  let h = Math.imul(0x81_1c_9d_c5 ^ salt, 0x9e_37_79_b1);
  for (let i = 0; i < name.length; i += 1) {
    h = Math.imul(h ^ name.charCodeAt(i), 0x01_00_01_93);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85_eb_ca_6b);
  return h ^ (h >>> 13);
}

function sfc32(seedA: number, seedB: number, seedC: number): Random {
  let [a, b, c, counter] = [seedA, seedB, seedC, 1];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** True with the given chance. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** A waiting time whose mean is `mean`. */
export function exponential(random: Random, mean: number): number {
  return -mean * ln(1 - random());
}

/** Standard normal, by Marsaglia's polar method: a logarithm and a root, no sine. */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1;
    const v = 2 * random() - 1;
    const square = u * u + v * v;
    if (square > 0 && square < 1) return u * Math.sqrt((-2 * ln(square)) / square);
  }
}

/** A factor around 1: its logarithm is normal with deviation `sigma`, its mean is 1. */
export function wobble(random: Random, sigma: number): number {
  return exp(sigma * normal(random) - (sigma * sigma) / 2);
}

export function uniform(random: Random, [low, high]: Range): number {
  return low + random() * (high - low);
}

export function logUniform(random: Random, [low, high]: Range): number {
  return between(low, high, random());
}

export function meanLogUniform(low: number, high: number): number {
  return low === high ? low : (high - low) / ln(high / low);
}

/** The point at `share` of the way from `low` to `high` on a logarithmic scale. */
function between(low: number, high: number, share: number): number {
  return low * exp(share * ln(high / low));
}

/** One of the values, by weight; the weights need not sum to 1. */
export type Weighted = readonly (readonly [value: number, weight: number])[];

export function pick(random: Random, choices: Weighted): number {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices.at(-1)?.[0] ?? 0;
}

export function meanWeighted(choices: Weighted): number {
  const weights = choices.reduce((sum, [, weight]) => sum + weight, 0);
  return choices.reduce((sum, [value, weight]) => sum + value * weight, 0) / weights;
}

/** Points of a distribution, smallest first, from share 0 to share 1; log-linear between them. */
export type Quantiles = readonly (readonly [share: number, value: number])[];

/** The value below which `share` of the distribution lies. */
export function quantile(points: Quantiles, share: number): number {
  let [shareBelow, valueBelow] = points[0] ?? [0, 0];
  for (const [shareAbove, valueAbove] of points) {
    if (share < shareAbove) {
      const along = (share - shareBelow) / (shareAbove - shareBelow);
      return between(valueBelow, valueAbove, along);
    }
    [shareBelow, valueBelow] = [shareAbove, valueAbove];
  }
  return valueBelow;
}

export function meanQuantiles(points: Quantiles): number {
  let mean = 0;
  let [shareBelow, valueBelow] = points[0] ?? [0, 0];
  for (const [share, value] of points) {
    mean += (share - shareBelow) * meanLogUniform(valueBelow, value);
    [shareBelow, valueBelow] = [share, value];
  }
  return mean;
}
