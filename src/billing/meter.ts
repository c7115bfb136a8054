import { integral } from "../schedule/schedule.ts";
import type { EpochMs, GpuMs, MicroUsd } from "../units.ts";
import { addMoney, assert, charge, gpuMs, shareOf, subMoney } from "../units.ts";
import type { Deal, Link } from "./deal.ts";
import { lessHeld } from "./deal.ts";

/** GPU-time that a cluster delivered of one contract, from where its meter stood until `to`. */
export interface Reading {
  readonly contract: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly gpuMs: GpuMs;
}

/**
 * Why a reading is not billed: the first of these that is true. A contract's readings follow each other without gaps,
 * so each instant is billed once, whatever is repeated or comes late.
 * - `contract_not_metered`: unknown, or metered to its end;
 * - `meter_window_empty`: it ends before it begins, or lies in part before what is metered;
 * - `already_metered`: all of it is billed;
 * - `meter_gap`: what lies before it is not metered yet;
 * - `metered_in_the_future`: it ends after now;
 * - `metered_more_than_held`, `metered_less_than_nothing`.
 */
export type MeterRefusal =
  | "contract_not_metered"
  | "meter_window_empty"
  | "already_metered"
  | "meter_gap"
  | "metered_in_the_future"
  | "metered_more_than_held"
  | "metered_less_than_nothing";

export function checkReading(deal: Deal, reading: Reading, now: EpochMs): MeterRefusal | null {
  if (reading.to <= reading.from) return "meter_window_empty";
  if (reading.to <= deal.meteredUntil) return "already_metered";
  if (reading.from < deal.meteredUntil) return "meter_window_empty";
  if (reading.from > deal.meteredUntil) return "meter_gap";
  if (reading.to > now) return "metered_in_the_future";
  if (reading.gpuMs < 0) return "metered_less_than_nothing";
  if (reading.gpuMs > heldIn(deal, reading)) return "metered_more_than_held";
  return null;
}

function heldIn({ held }: Deal, { from, to }: Reading): GpuMs {
  return integral(held, { start: from, end: to });
}

/** What one link pays for a reading. */
export interface Payment {
  readonly link: Link;
  readonly amount: MicroUsd;
  readonly tax: MicroUsd;
  readonly fee: MicroUsd;
}

export interface Metered {
  readonly deal: Deal;
  readonly payments: readonly Payment[];
  /** Owed to the holder for what was held and not delivered. */
  readonly slaCredit: MicroUsd;
}

/** Bills a reading that {@link checkReading} accepts. */
export function meter(deal: Deal, reading: Reading): Metered {
  const failed = gpuMs(heldIn(deal, reading) - reading.gpuMs);
  const delivered = gpuMs(deal.delivered + reading.gpuMs);
  const payments = deal.links.map((link) => paymentOf(link, delivered));
  const [first, ...resales] = payments.map(paid);
  assert(first !== undefined, "a deal has a first link");
  const next = {
    ...deal,
    delivered,
    meteredUntil: reading.to,
    links: [first, ...resales],
  } as const;
  const price = charge(deal.links[0].price, failed, "floor");
  return { deal: lessHeld(next), payments, slaCredit: shareOf(price, deal.slaRate, "floor") };
}

/**
 * Floors of what is owed for all that was delivered so far, less what was paid: no micro-dollar is lost or doubled by
 * cutting time into readings. Where a resale has split what is held, the last micro-dollar is the payer's.
 */
function paymentOf(link: Link, delivered: GpuMs): Payment {
  const owed = charge(link.price, delivered, "floor");
  const amount = least(subMoney(owed, link.billed), link.held);
  const billed = addMoney(link.billed, amount);
  const taxDue = subMoney(shareOf(billed, link.taxRate, "floor"), link.taxed);
  const tax = least(taxDue, subMoney(link.held, amount));
  const fee = subMoney(shareOf(billed, link.feeRate, "floor"), link.fees);
  return { link, amount, tax, fee };
}

function least(a: MicroUsd, b: MicroUsd): MicroUsd {
  return a < b ? a : b;
}

function paid({ link, amount, tax, fee }: Payment): Link {
  return {
    ...link,
    held: subMoney(link.held, addMoney(amount, tax)),
    billed: addMoney(link.billed, amount),
    taxed: addMoney(link.taxed, tax),
    fees: addMoney(link.fees, fee),
  };
}
