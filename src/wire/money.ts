import type { GpuMs, MicroUsd, MicroUsdPerGpuHour } from "../units.ts";
import { HOUR_MS, microUsd, microUsdPerGpuHour } from "../units.ts";

const MICROS = 6;
const CENTS = 2;
const MICROS_PER_DOLLAR = 1_000_000n;

/** Dollars as a decimal string with at least two and at most six decimals, exactly: `-12.50`, `0.000001`. */
export function formatMoney(amount: MicroUsd | MicroUsdPerGpuHour): string {
  const size = amount < 0n ? 0n - amount : amount;
  const decimals = String(size % MICROS_PER_DOLLAR)
    .padStart(MICROS, "0")
    .replace(/0{1,4}$/, "");
  const sign = amount < 0n ? "-" : "";
  return `${sign}${size / MICROS_PER_DOLLAR}.${decimals.padEnd(CENTS, "0")}`;
}

/** @returns null where `text` is no amount of dollars of up to 12 digits before and 6 behind the point */
export function parseMoney(text: string): MicroUsd | null {
  const [, sign, dollars, decimals = ""] = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (dollars === undefined) return null;
  const size = BigInt(dollars) * MICROS_PER_DOLLAR + BigInt(decimals.padEnd(MICROS, "0"));
  return microUsd(sign === "-" ? -size : size);
}

/** Dollars for a GPU for an hour, more than nothing. */
export function parsePrice(text: string): MicroUsdPerGpuHour | null {
  const amount = parseMoney(text);
  return amount === null || amount <= 0n ? null : microUsdPerGpuHour(amount);
}

/** GPU-hours with six decimals at most, rounded down. */
export function formatGpuHours(amount: GpuMs): string {
  const hours = Math.floor(amount / HOUR_MS);
  const millionths = Math.floor(((amount % HOUR_MS) * 1_000_000) / HOUR_MS);
  const decimals = String(millionths)
    .padStart(MICROS, "0")
    .replace(/0{1,6}$/, "");
  return decimals === "" ? String(hours) : `${hours}.${decimals}`;
}
