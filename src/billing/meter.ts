import { integral } from "../schedule/schedule.ts";
import type { EpochMs, GpuMs, MicroUsd } from "../units.ts";
import { addMoney, charge, gpuMs, shareOf, subMoney } from "../units.ts";
import type { Deal, Link } from "./deal.ts";
import { withHolds, withLinks } from "./deal.ts";

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
 * - `meter_window_empty`: it ends where it begins, or before;
 * - `already_metered`: all of it is billed; `metered_in_part`: some of it is;
 * - `meter_gap`: what lies before it is not metered yet;
 * - `metered_in_the_future`: it ends after now;
 * - `metered_less_than_nothing`, `metered_more_than_held`.
 */
export type MeterRefusal =
  | "contract_not_metered"
  | "meter_window_empty"
  | "already_metered"
  | "metered_in_part"
  | "meter_gap"
  | "metered_in_the_future"
  | "metered_less_than_nothing"
  | "metered_more_than_held";

export function checkReading(deal: Deal, reading: Reading, now: EpochMs): MeterRefusal | null {
  if (reading.to <= reading.from) return "meter_window_empty";
  if (reading.to <= deal.meteredUntil) return "already_metered";
  if (reading.from < deal.meteredUntil) return "metered_in_part";
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

/**
 * Bills a reading that {@link checkReading} accepts. Every amount is the floor of what is owed for all so far, less what
 * was paid before: no micro-dollar is lost or doubled by cutting time into readings.
 */
export function meter(deal: Deal, reading: Reading): Metered {
  const delivered = gpuMs(deal.delivered + reading.gpuMs);
  const failed = gpuMs(deal.failed + heldIn(deal, reading) - reading.gpuMs);
  const payments = deal.links.map((link) => paymentOf(link, delivered));
  const metered = { ...deal, delivered, failed, meteredUntil: reading.to };
  return {
    deal: withHolds(withLinks(metered, payments.map(paid))),
    payments,
    slaCredit: subMoney(creditFor(deal, failed), creditFor(deal, deal.failed)),
  };
}

/** At what the pool's owner is paid, whoever paid more for a part since. */
function creditFor({ links, slaRate }: Deal, failed: GpuMs): MicroUsd {
  return shareOf(charge(links[0].price, failed, "floor"), slaRate, "floor");
}

function paymentOf(link: Link, delivered: GpuMs): Payment {
  const billed = charge(link.price, delivered, "floor");
  const amount = subMoney(billed, link.billed);
  const tax = subMoney(shareOf(billed, link.taxRate, "floor"), link.taxed);
  const fee = subMoney(shareOf(billed, link.feeRate, "floor"), link.fees);
  return { link, amount, tax, fee };
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
