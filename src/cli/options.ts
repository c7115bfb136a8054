import type { MicroUsdPerGpuHour } from "../units.ts";
import { gpus, type Gpus, microUsdPerGpuHour } from "../units.ts";

/** An option that cannot be what was typed; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const MOST_GPUS = 10_000_000;

export function parseGpus(option: string, text: string): Gpus {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MOST_GPUS) {
    throw new UsageError(
      `${option} is a whole number of GPUs from 1 to ${MOST_GPUS}, not "${text}"`,
    );
  }
  return gpus(value);
}

/** Dollars for one GPU-hour, with up to 6 decimals. */
export function parsePrice(option: string, text: string): MicroUsdPerGpuHour {
  const match = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text);
  const price =
    match && BigInt(match[1] ?? "0") * 1_000_000n + BigInt((match[2] ?? "").padEnd(6, "0"));
  if (!price) {
    throw new UsageError(
      `${option} is dollars for a GPU-hour, above 0, with up to 6 decimals (2.10), not "${text}"`,
    );
  }
  return microUsdPerGpuHour(price);
}

export function parseSeed(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} is a whole number, not "${text}"`);
  return Number(text);
}
