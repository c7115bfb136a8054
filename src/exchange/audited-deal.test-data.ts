/**
 * The money of one contract from first principles: what it was sold for, to whom, what was taken out of it and what it
 * delivered. Every amount is computed anew from these facts; nothing is carried along.
 */
import type { Contract } from "../contracts/contract.ts";
import type { Order } from "../market/order.ts";

const HOUR = 3_600_000n;
const MILLION = 1_000_000n;

/** GPUs through `[from, until)`; negative where they were taken out. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly gpus: number;
}

export interface Sale {
  readonly payer: string;
  /** Null: the pool's owner. */
  readonly payee: string | null;
  readonly price: bigint;
  readonly tax: number;
  readonly fee: number;
}

export interface AuditedDeal {
  readonly id: string;
  readonly pool: string;
  readonly sla: number;
  /** What giving it up costs, by the fees of the owner's sale. */
  readonly cancellation: number;
  /** From the owner's sale to the last resale. */
  readonly sales: readonly Sale[];
  readonly stretches: Stretch[];
  /** Of the contract, as it was sold or extended. */
  end: number;
  /** Nothing is held from then on, whatever the stretches say. */
  endedAt: number;
  metered: number;
  delivered: number;
  failed: number;
  /** Paid to the holder so far. */
  compensation: bigint;
  breachCredit: bigint;
  /** What the holder paid for giving up the rest. */
  forgone: bigint;
}

export function auditedDeal(
  contract: Contract,
  sales: readonly Sale[],
  cancellation: number,
): AuditedDeal {
  const { id, pool, window, soldGpus, promise } = contract;
  return {
    id,
    pool,
    sla: promise.breachCompensation,
    cancellation,
    sales,
    stretches: [{ from: window.start, until: window.end, gpus: soldGpus }],
    end: window.end,
    endedAt: Infinity,
    metered: window.start,
    delivered: 0,
    failed: 0,
    compensation: 0n,
    breachCredit: 0n,
    forgone: 0n,
  };
}

/** GPU-milliseconds held from `from` until `to`, which may be never. */
export function heldBetween(deal: AuditedDeal, from: number, to: number): number {
  const end = Math.min(to, deal.endedAt);
  return deal.stretches.reduce((sum, stretch) => {
    const length = Math.min(end, stretch.until) - Math.max(from, stretch.from);
    return sum + stretch.gpus * Math.max(0, length);
  }, 0);
}

export function gpusAt(deal: AuditedDeal, time: number): number {
  return heldBetween(deal, time, time + 1);
}

/** GPU-milliseconds that may still be delivered. */
export function leftOf(deal: AuditedDeal): number {
  return heldBetween(deal, deal.metered, Infinity);
}

/** The holder gives up all from `at` on, for a share of its price. */
export function giveUp(deal: AuditedDeal, at: number): void {
  const left = heldBetween(deal, at, Infinity);
  deal.endedAt = at;
  const { cost } = billFor(deal.sales[0]?.price ?? 0n, left, 0);
  deal.forgone = (cost * BigInt(deal.cancellation)) / MILLION;
}

export function holderOf(deal: AuditedDeal): string {
  return deal.sales.at(-1)?.payer ?? "";
}

function billFor(price: bigint, gpuMs: number, tax: number): { cost: bigint; tax: bigint } {
  const cost = (price * BigInt(gpuMs)) / HOUR;
  return { cost, tax: (cost * BigInt(tax)) / MILLION };
}

/** What a standing order is held for: all its GPUs for its longest duration at its limit, and the tax on that. */
export function orderHold(order: Order, taxRate: number): bigint {
  const bill = billFor(order.limit, order.gpus * order.duration.max, taxRate);
  return bill.cost + bill.tax;
}

/** What one sale can still cost its payer. */
export function saleHold(deal: AuditedDeal, sale: Sale): bigint {
  const most = billFor(sale.price, deal.delivered + leftOf(deal), sale.tax);
  const billed = billFor(sale.price, deal.delivered, sale.tax);
  return most.cost + most.tax - billed.cost - billed.tax;
}

/** Credits less debits that this contract has brought to each account of the ledger: together, nothing. */
export function entriesOf(deal: AuditedDeal): readonly (readonly [string, bigint])[] {
  const { pool, compensation, breachCredit } = deal;
  const credit = `liabilities:customers:${holderOf(deal)}:credit`;
  const price = deal.sales[0]?.price ?? 0n;
  const sla = (billFor(price, deal.failed, 0).cost * BigInt(deal.sla)) / MILLION;
  return [
    ...deal.sales.flatMap((sale) => saleEntries(deal, sale)),
    ...deal.sales.flatMap((sale) => paid(deal, sale, deal.forgone)),
    [`expenses:pools:${pool}:compensation`, -compensation],
    [`expenses:pools:${pool}:breaches`, -breachCredit],
    [`expenses:pools:${pool}:failures`, -sla],
    [credit, compensation + breachCredit + sla],
  ];
}

function saleEntries(deal: AuditedDeal, sale: Sale): (readonly [string, bigint])[] {
  const held = saleHold(deal, sale);
  return [
    ...paid(deal, sale, billFor(sale.price, deal.delivered, 0).cost),
    [`liabilities:customers:${sale.payer}:credit`, -held],
    [`liabilities:customers:${sale.payer}:held`, held],
  ];
}

/** From a buyer to a seller; the tax comes on top, the fee out of what the seller gets. */
function paid(
  { pool }: AuditedDeal,
  { payer, payee, ...sale }: Sale,
  cost: bigint,
): (readonly [string, bigint])[] {
  const tax = (cost * BigInt(sale.tax)) / MILLION;
  const fee = (cost * BigInt(sale.fee)) / MILLION;
  const seller =
    payee === null ? `revenues:pools:${pool}:usage` : `liabilities:customers:${payee}:payable`;
  return [
    [`liabilities:customers:${payer}:credit`, -(cost + tax)],
    [seller, cost - fee],
    ["revenues:fees", fee],
    ["liabilities:tax", tax],
  ];
}
