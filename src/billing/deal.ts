import type { Contract } from "../contracts/contract.ts";
import {
  add,
  clip,
  covers,
  EMPTY,
  integral,
  minOver,
  rectangle,
  subtract,
} from "../schedule/schedule.ts";
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
  /** Of the payer's credit: exactly what this link can still be billed, tax included. */
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
  /** Held and not delivered. */
  readonly failed: GpuMs;
  /** Share of the price of what fails to be delivered that is credited besides not being billed. */
  readonly slaRate: Ppm;
  /** Share of the price of what is left that giving it up costs, as it was when the owner sold it. */
  readonly cancellationRate: Ppm;
  /** From the owner's sale to the last resale: the last payer holds the contract. */
  readonly links: readonly [Link, ...Link[]];
}

/** On what terms somebody buys. */
export interface PurchaseTerms {
  readonly price: MicroUsdPerGpuHour;
  readonly taxRate: Ppm;
  readonly feeRate: Ppm;
}

/** On what terms the owner sells. */
export interface SaleTerms extends PurchaseTerms {
  readonly cancellationRate: Ppm;
}

/** GPU-time that is not metered yet. */
export function ahead({ held, meteredUntil, end }: Deal): GpuMs {
  return meteredUntil < end ? integral(held, { start: meteredUntil, end }) : gpuMs(0);
}

/**
 * What GPU-time costs at most, tax included. The cost and the tax are each rounded down, as they are billed: parts
 * together never cost more than the whole, so that a hold always covers what it is split into.
 */
export function highestCost(price: MicroUsdPerGpuHour, amount: GpuMs, taxRate: Ppm): MicroUsd {
  const cost = charge(price, amount, "floor");
  return addMoney(cost, shareOf(cost, taxRate, "floor"));
}

/** Who has the contract now. */
export function holderOf({ links }: Deal): string {
  const last = links.at(-1);
  assert(last !== undefined, "a deal has a first link");
  return last.payer;
}

/** A sale from the owner's pool. */
export function soldDeal(contract: Contract, { cancellationRate, ...terms }: SaleTerms): Deal {
  const links = [linkOf(contract.holder, null, terms)];
  return withHolds(withLinks(opened(contract, heldBy(contract), cancellationRate), links));
}

function opened(
  { id, pool, window, promise }: Contract,
  held: Schedule,
  cancellationRate: Ppm,
): Omit<Deal, "links"> {
  return {
    contract: id,
    pool,
    end: window.end,
    held,
    meteredUntil: window.start,
    delivered: gpuMs(0),
    failed: gpuMs(0),
    slaRate: promise.breachCompensation,
    cancellationRate,
  };
}

function heldBy(contract: Contract): Schedule {
  return contract.placements.reduce((sum, placement) => add(sum, placement.held), EMPTY);
}

/** Nothing is held yet. */
function linkOf(payer: string, payee: string | null, terms: PurchaseTerms): Link {
  const paid = { billed: NO_MONEY, taxed: NO_MONEY, fees: NO_MONEY };
  return { payer, payee, ...terms, held: NO_MONEY, ...paid };
}

/** The deal without `taken` GPUs through the window. */
export function cutDeal(deal: Deal, window: Window, taken: Gpus): Deal {
  assert(minOver(deal.held, window) >= taken, "a deal is cut by no more than it holds");
  assert(window.start >= deal.meteredUntil, "what was metered is not cut");
  return withHolds({ ...deal, held: subtract(deal.held, rectangle(window, taken)) });
}

/** The deal without anything from `at` on. */
export function endDeal(deal: Deal, at: EpochMs): Deal {
  if (at >= deal.end) return deal;
  const rest = clip(deal.held, { start: at, end: deal.end });
  return withHolds({ ...deal, held: subtract(deal.held, rest) });
}

/** The deal with as many GPUs more from its end until then. */
export function extendDeal(deal: Deal, until: EpochMs, gpus: Gpus): Deal {
  const more = rectangle({ start: deal.end, end: until }, gpus);
  return withHolds({ ...deal, end: until, held: add(deal.held, more) });
}

/** The deal with each link's hold as what it can still be billed: all that it may come to, less what it has paid. */
export function withHolds(deal: Deal): Deal {
  const most = gpuMs(deal.delivered + ahead(deal));
  return withLinks(
    deal,
    deal.links.map((link) => {
      const paid = addMoney(link.billed, link.taxed);
      return { ...link, held: subMoney(highestCost(link.price, most, link.taxRate), paid) };
    }),
  );
}

export function withLinks(deal: Omit<Deal, "links">, links: readonly Link[]): Deal {
  const [first, ...resales] = links;
  assert(first !== undefined, "a deal has a first link");
  return { ...deal, links: [first, ...resales] };
}

/**
 * Part of a deal goes to a new holder, as `contract`: who paid before goes on paying for it, out of what is held
 * already; the new holder pays the seller. What rounding leaves over between the two is held no longer.
 */
export function splitDeal(
  deal: Deal,
  contract: Contract,
  terms: PurchaseTerms,
): { readonly rest: Deal; readonly part: Deal } {
  const held = heldBy(contract);
  assert(covers(deal.held, held), "a deal is split within what it holds");
  assert(contract.window.start >= deal.meteredUntil, "what was metered is not resold");
  const rest = withHolds({ ...deal, held: subtract(deal.held, held) });
  const bought = linkOf(contract.holder, holderOf(deal), terms);
  const links = [...deal.links.map(unpaid), bought];
  return { rest, part: withHolds(withLinks(opened(contract, held, deal.cancellationRate), links)) };
}

function unpaid(link: Link): Link {
  return { ...link, billed: NO_MONEY, taxed: NO_MONEY, fees: NO_MONEY };
}
