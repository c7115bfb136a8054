import type { Contract } from "../contracts/contract.ts";
import { add, clip, EMPTY, integral, minOver, rectangle, subtract } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { EpochMs, GpuMs, Gpus, MicroUsd, MicroUsdPerGpuHour, Ppm, Window } from "../units.ts";
import { addMoney, assert, charge, gpuMs, NO_MONEY, shareOf, subMoney } from "../units.ts";

/** One payment for what a contract delivers. A contract that was resold has one for each sale. */
export interface Link {
  readonly payer: string;
  /** A reseller; null: the pool's owner. */
  readonly payee: string | null;
  readonly price: MicroUsdPerGpuHour;
  readonly taxRate: Ppm;
  /** Share of what the payee receives that is the market's. */
  readonly feeRate: Ppm;
  /** Of the payer's credit, for what may still be delivered. */
  readonly held: MicroUsd;
  /** So far. */
  readonly billed: MicroUsd;
  readonly taxed: MicroUsd;
  readonly fees: MicroUsd;
}

/**
 * The money of one contract: what may still be delivered and what is held for it.
 *
 * Open from the sale until everything up to its end is metered; it outlives the contract in the market, whose last
 * readings come late. Its schedule shrinks when GPUs are really gone (handed over, breached, resold, interrupted), not
 * when a recall is noticed: that may still be withdrawn.
 */
export interface Deal {
  readonly contract: string;
  readonly pool: string;
  readonly end: EpochMs;
  /** GPUs that the holder has or will have, over all fabrics. */
  readonly held: Schedule;
  readonly meteredUntil: EpochMs;
  readonly delivered: GpuMs;
  /** Share of the price of what fails to be delivered that is credited besides not being billed. */
  readonly slaRate: Ppm;
  /** From the owner's sale to the last resale: the last payer holds the contract. */
  readonly links: readonly [Link, ...Link[]];
}

/** On what terms somebody buys. */
export interface PurchaseTerms {
  readonly price: MicroUsdPerGpuHour;
  readonly taxRate: Ppm;
  readonly feeRate: Ppm;
}

/** GPU-time that is not metered yet. */
export function ahead({ held, meteredUntil, end }: Deal): GpuMs {
  return meteredUntil < end ? integral(held, { start: meteredUntil, end }) : gpuMs(0);
}

/** What GPU-time costs at most, tax included. Rounded up. */
export function highestCost(price: MicroUsdPerGpuHour, amount: GpuMs, taxRate: Ppm): MicroUsd {
  const cost = charge(price, amount, "ceil");
  return addMoney(cost, shareOf(cost, taxRate, "ceil"));
}

/** Who has the contract now. */
export function holderOf({ links }: Deal): string {
  const last = links.at(-1);
  assert(last !== undefined, "a deal has a first link");
  return last.payer;
}

/** A sale from the owner's pool. */
export function soldDeal(contract: Contract, terms: PurchaseTerms): Deal {
  const held = heldBy(contract);
  const amount = integral(held, contract.window);
  return {
    contract: contract.id,
    pool: contract.pool,
    end: contract.window.end,
    held,
    meteredUntil: contract.window.start,
    delivered: gpuMs(0),
    slaRate: contract.promise.breachCompensation,
    links: [linkOf(contract.holder, null, terms, amount)],
  };
}

function heldBy(contract: Contract): Schedule {
  return contract.placements.reduce((sum, placement) => add(sum, placement.held), EMPTY);
}

function linkOf(payer: string, payee: string | null, terms: PurchaseTerms, amount: GpuMs): Link {
  const held = highestCost(terms.price, amount, terms.taxRate);
  return { payer, payee, ...terms, held, billed: NO_MONEY, taxed: NO_MONEY, fees: NO_MONEY };
}

/** The deal without `taken` GPUs through the window; no link keeps more than what is left can cost. */
export function cutDeal(deal: Deal, window: Window, taken: Gpus): Deal {
  assert(minOver(deal.held, window) >= taken, "a deal is cut by no more than it holds");
  assert(window.start >= deal.meteredUntil, "what was metered is not cut");
  return lessHeld({ ...deal, held: subtract(deal.held, rectangle(window, taken)) });
}

/** The deal without anything from `at` on. */
export function endDeal(deal: Deal, at: EpochMs): Deal {
  if (at >= deal.end) return deal;
  const rest = clip(deal.held, { start: at, end: deal.end });
  return lessHeld({ ...deal, held: subtract(deal.held, rest) });
}

/** Holds shrink to what can still be billed. */
export function lessHeld(deal: Deal): Deal {
  const left = ahead(deal);
  const [first, ...resales] = deal.links.map((link) => {
    const most = highestCost(link.price, left, link.taxRate);
    return most < link.held ? { ...link, held: most } : link;
  });
  assert(first !== undefined, "a deal has a first link");
  return { ...deal, links: [first, ...resales] };
}

/**
 * Part of a deal goes to a new holder, as `contract`: who paid before goes on paying for it, from what is held already;
 * the new holder pays the seller.
 */
export function splitDeal(
  deal: Deal,
  contract: Contract,
  terms: PurchaseTerms,
): { readonly rest: Deal; readonly part: Deal } {
  const held = heldBy(contract);
  const amount = integral(held, contract.window);
  const rest = lessHeld({ ...deal, held: subtract(deal.held, held) });
  const links = deal.links.map((link, index) => ({
    ...link,
    held: subMoney(link.held, rest.links[index]?.held ?? NO_MONEY),
    billed: NO_MONEY,
    taxed: NO_MONEY,
    fees: NO_MONEY,
  }));
  const [first, ...resales] = [...links, linkOf(contract.holder, holderOf(deal), terms, amount)];
  assert(first !== undefined, "a deal has a first link");
  const { id, window } = contract;
  const part: Deal = {
    ...deal,
    contract: id,
    end: window.end,
    held,
    meteredUntil: window.start,
    delivered: gpuMs(0),
    links: [first, ...resales],
  };
  return { rest, part };
}
