/**
 * Branded units. A brand is a fence, not a wall: it stops a GPU count from being passed where a time is
 * wanted, and costs nothing at run time. This is the only file that casts to a brand.
 */

declare const unit: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [unit]: Name };

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Branded<number, "EpochMs">;
/** A length of time in whole milliseconds. */
export type DurationMs = Branded<number, "DurationMs">;
/** A whole number of GPUs; may be negative only as a difference. */
export type Gpus = Branded<number, "Gpus">;
/** Computing power over time: GPUs × milliseconds. Exact up to 2^53, about 285,000 GPU-years. */
export type GpuMs = Branded<number, "GpuMs">;
/** Money: whole micro-dollars. */
export type MicroUsd = Branded<bigint, "MicroUsd">;
/** A price: micro-dollars for one GPU for one hour. */
export type MicroUsdPerGpuHour = Branded<bigint, "MicroUsdPerGpuHour">;
/** How long before a recall its holder must be told, in milliseconds; `FIRM` means never recalled. */
export type Notice = Branded<number, "Notice">;
/** A share in parts per million: 0.8 is 800,000. The only way a fraction meets money. */
export type Ppm = Branded<number, "Ppm">;

/** A half-open window of time, `[start, end)`. */
export interface Window {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

export const MINUTE_MS = 60_000 as DurationMs;
export const HOUR_MS = 3_600_000 as DurationMs;
export const DAY_MS = 86_400_000 as DurationMs;
export const NO_GPUS = 0 as Gpus;
export const NO_MONEY = 0n as MicroUsd;
export const FIRM = Infinity as Notice;
export const ONE_PPM = 1_000_000 as Ppm;

/** A sentence that must hold; if it does not, the program has a bug and stops. */
export function assert(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(`bug: ${sentence}`);
}

export function epochMs(value: number): EpochMs {
  assert(Number.isSafeInteger(value), `a time is whole milliseconds, not ${value}`);
  return value as EpochMs;
}

export function durationMs(value: number): DurationMs {
  assert(Number.isSafeInteger(value), `a duration is whole milliseconds, not ${value}`);
  return value as DurationMs;
}

export function gpus(value: number): Gpus {
  assert(Number.isSafeInteger(value), `GPUs are whole, not ${value}`);
  return value as Gpus;
}

export function gpuMs(value: number): GpuMs {
  assert(Number.isSafeInteger(value), `GPU-milliseconds are whole and below 2^53, not ${value}`);
  return value as GpuMs;
}

export function microUsd(value: bigint): MicroUsd {
  return value as MicroUsd;
}

export function microUsdPerGpuHour(value: bigint): MicroUsdPerGpuHour {
  return value as MicroUsdPerGpuHour;
}

/** @param value milliseconds, at least 0; `Infinity` for firm */
export function notice(value: number): Notice {
  assert(value === Infinity || (Number.isSafeInteger(value) && value >= 0), `no notice: ${value}`);
  return value as Notice;
}

export function ppm(value: number): Ppm {
  assert(Number.isSafeInteger(value), `a share in parts per million is whole, not ${value}`);
  return value as Ppm;
}

/** `t + d`; `Infinity` (a firm contract's recall) is not a time: ask {@link isFirm} first. */
export function later(t: EpochMs, d: DurationMs | Notice): EpochMs {
  return epochMs(t + d);
}

export function earlier(t: EpochMs, d: DurationMs): EpochMs {
  return epochMs(t - d);
}

/** `to − from`. */
export function elapsed(from: EpochMs, to: EpochMs): DurationMs {
  return (to - from) as DurationMs;
}

export function floorTo(t: EpochMs, step: DurationMs): EpochMs {
  return (Math.floor(t / step) * step) as EpochMs;
}

/** The first multiple of `step` that is not before `t`: deeds happen at any millisecond, schedules change on the minute. */
export function ceilTo(t: EpochMs, step: DurationMs): EpochMs {
  return (Math.ceil(t / step) * step) as EpochMs;
}

export function earliest(a: EpochMs, b: EpochMs): EpochMs {
  return a < b ? a : b;
}

export function latest(a: EpochMs, b: EpochMs): EpochMs {
  return a > b ? a : b;
}

export function addGpus(a: Gpus, b: Gpus): Gpus {
  return (a + b) as Gpus;
}

export function subGpus(a: Gpus, b: Gpus): Gpus {
  return (a - b) as Gpus;
}

export function minGpus(a: Gpus, b: Gpus): Gpus {
  return a < b ? a : b;
}

export function maxGpus(a: Gpus, b: Gpus): Gpus {
  return a > b ? a : b;
}

/** The largest multiple of `lot` that is at most `value`; 0 for a negative value. */
export function wholeLots(value: number, lot: Gpus): Gpus {
  return (value <= 0 ? 0 : Math.floor(value / lot) * lot) as Gpus;
}

export function gpusOver(g: Gpus, d: DurationMs): GpuMs {
  return gpuMs(g * d);
}

export function isFirm(n: Notice): boolean {
  return n === Infinity;
}

export function addMoney(a: MicroUsd, b: MicroUsd): MicroUsd {
  return (a + b) as MicroUsd;
}

export function subMoney(a: MicroUsd, b: MicroUsd): MicroUsd {
  return (a - b) as MicroUsd;
}

/** `a × b ÷ c`, rounded towards −∞ (`floor`) or +∞ (`ceil`): the only division of money. `c > 0`. */
export function mulDiv(a: bigint, b: bigint, c: bigint, rounding: "floor" | "ceil"): bigint {
  assert(c > 0n, "mulDiv divides by a positive number");
  const product = a * b;
  const quotient = product / c;
  const remainder = product % c;
  if (remainder === 0n) return quotient;
  if (rounding === "floor") return remainder < 0n ? quotient - 1n : quotient;
  return remainder > 0n ? quotient + 1n : quotient;
}

/** What `amount` costs at `price`. */
export function charge(
  price: MicroUsdPerGpuHour,
  amount: GpuMs,
  rounding: "floor" | "ceil",
): MicroUsd {
  return mulDiv(price, BigInt(amount), BigInt(HOUR_MS), rounding) as MicroUsd;
}

export function shareOf(amount: MicroUsd, share: Ppm, rounding: "floor" | "ceil"): MicroUsd {
  return mulDiv(amount, BigInt(share), BigInt(ONE_PPM), rounding) as MicroUsd;
}

export function scalePrice(price: MicroUsdPerGpuHour, factor: Ppm): MicroUsdPerGpuHour {
  return mulDiv(price, BigInt(factor), BigInt(ONE_PPM), "floor") as MicroUsdPerGpuHour;
}
