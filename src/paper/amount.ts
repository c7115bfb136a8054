import type { GpuMs, MicroUsd } from "../units.ts";
import { HOUR_MS, microUsd, mulDiv } from "../units.ts";

const CENT = 10_000n;

/** An amount of dollars, or of GPU-hours, as it is printed: what is beyond the cents stands apart, and paler. */
export interface Amount {
  /** `−1,234.56` */
  readonly cents: string;
  /** The other four of six decimals; empty where the amount is in whole cents by nature. */
  readonly rest: string;
}

/** Exact, with six decimals. */
export function exactly(amount: MicroUsd): Amount {
  const size = amount < 0n ? 0n - amount : amount;
  const rest = String(size % CENT).padStart(4, "0");
  return { cents: signed(amount, size / CENT), rest };
}

/** Of an amount in whole cents. */
export function inCents(amount: MicroUsd): Amount {
  const size = amount < 0n ? 0n - amount : amount;
  return { cents: signed(amount, size / CENT), rest: "" };
}

/** Rounded down to the cent: a customer pays no fraction of a cent, and is given what completes one. */
export function downToCent(amount: MicroUsd): MicroUsd {
  return microUsd(mulDiv(amount, 1n, CENT, "floor") * CENT);
}

/** GPU-hours with six decimals, rounded down. */
export function hoursOf(amount: GpuMs): Amount {
  return exactly(microUsd(mulDiv(BigInt(amount), 1_000_000n, BigInt(HOUR_MS), "floor")));
}

export function textOf({ cents, rest }: Amount): string {
  return cents + rest;
}

function signed(amount: MicroUsd, cents: bigint): string {
  const dollars = String(cents / 100n).replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n ? "−" : ""}${dollars}.${String(cents % 100n).padStart(2, "0")}`;
}
