import { integral } from "../schedule/schedule.ts";
import type { EpochMs, GpuMs } from "../units.ts";
import { assert, charge, latest, gpuMs, shareOf } from "../units.ts";
import type { Deal } from "./deal.ts";
import { endDeal } from "./deal.ts";
import type { Payment } from "./meter.ts";

export interface Cancelled {
  readonly deal: Deal;
  /** GPU-time that is given up. */
  readonly left: GpuMs;
  /** What the holder still pays for it. */
  readonly payment: Payment;
}

/**
 * A deal that its holder ends at `at`: the share of the price of what is left that was agreed at the sale is paid, and the
 * rest of what was held for it is free. Rounded down, for the holder, and taxed like delivery.
 */
export function cancelDeal(deal: Deal, at: EpochMs): Cancelled {
  const [link] = deal.links;
  assert(deal.links.length === 1, "only what was bought from the owner is cancelled");
  const from = latest(at, deal.meteredUntil);
  const left = from < deal.end ? integral(deal.held, { start: from, end: deal.end }) : gpuMs(0);
  const amount = shareOf(charge(link.price, left, "floor"), deal.cancellationRate, "floor");
  const tax = shareOf(amount, link.taxRate, "floor");
  const fee = shareOf(amount, link.feeRate, "floor");
  return { deal: endDeal(deal, at), left, payment: { link, amount, tax, fee } };
}
