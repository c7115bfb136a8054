import type { LedgerAccount } from "../ledger/transfer.ts";
import type { GpuMs, MicroUsd, MicroUsdPerGpuHour, Ppm } from "../units.ts";
import { addMoney, assert, gpuMs, NO_MONEY } from "../units.ts";
import type { ContractSummary, InvoiceLine, Purchase } from "./invoice.ts";
import { NumberRuns } from "./number-runs.ts";
import type { BilledReading, PostedEntry } from "./posted.ts";

interface OpenLine {
  readonly kind: InvoiceLine["kind"];
  readonly subject: string;
  readonly own: LedgerAccount;
  readonly other: LedgerAccount;
  amount: MicroUsd;
  tax: MicroUsd;
  readonly transactions: NumberRuns;
  readonly events: NumberRuns;
}

interface Delivery {
  delivered: GpuMs;
  readonly readings: NumberRuns;
}

interface Terms {
  readonly price: MicroUsdPerGpuHour | null;
  readonly taxRate: Ppm;
  readonly feeRate: Ppm;
}

export interface LineBookSources {
  readonly contracts: Iterable<ContractSummary>;
  readonly purchases: Iterable<Purchase>;
  /** The journal's event that posted a transaction of the ledger. */
  readonly eventOf: (transaction: number) => number;
}

/** Gathers entries into lines: one for each kind, subject and pair of accounts, in the order in which they first come. */
export class LineBook {
  readonly #lines = new Map<string, OpenLine>();
  readonly #contracts: ReadonlyMap<string, ContractSummary>;
  /** By contract and payee. */
  readonly #terms: ReadonlyMap<string, Terms>;
  readonly #deliveries = new Map<string, Delivery>();
  /** The last taxed charge of each contract: what the tax that follows it is on. */
  readonly #lastTaxed = new Map<string, OpenLine>();
  readonly #eventOf: (transaction: number) => number;

  constructor({ contracts, purchases, eventOf }: LineBookSources) {
    this.#contracts = new Map([...contracts].map((each) => [each.contract, each]));
    this.#terms = termsOf(purchases);
    this.#eventOf = eventOf;
  }

  deliver({ contract, gpuMs: delivered, sequence }: BilledReading): void {
    const before = this.#deliveries.get(contract);
    const delivery = before ?? { delivered: gpuMs(0), readings: new NumberRuns() };
    delivery.delivered = gpuMs(delivery.delivered + delivered);
    delivery.readings.add(sequence);
    this.#deliveries.set(contract, delivery);
  }

  add(kind: InvoiceLine["kind"], entry: PostedEntry, own: LedgerAccount, other: LedgerAccount) {
    const line = this.#lineOf(kind, entry.subject, own, other);
    line.amount = addMoney(line.amount, entry.amount);
    this.#trace(line, entry);
    if (isTaxed(kind)) this.#lastTaxed.set(entry.subject, line);
  }

  /** A tax follows what it is on. */
  tax(entry: PostedEntry): void {
    const line = this.#lastTaxed.get(entry.subject);
    assert(line !== undefined, `the tax on ${entry.subject} follows what it is on`);
    line.tax = addMoney(line.tax, entry.amount);
    this.#trace(line, entry);
  }

  lines(): InvoiceLine[] {
    return [...this.#lines.values()].map((line) => this.#closed(line));
  }

  #lineOf(kind: InvoiceLine["kind"], subject: string, own: string, other: string): OpenLine {
    const key = JSON.stringify([kind, subject, own, other]);
    const before = this.#lines.get(key);
    if (before !== undefined) return before;
    const runs = { transactions: new NumberRuns(), events: new NumberRuns() };
    const line = { kind, subject, own, other, amount: NO_MONEY, tax: NO_MONEY, ...runs };
    this.#lines.set(key, line);
    return line;
  }

  #trace(line: OpenLine, { transaction }: PostedEntry): void {
    line.transactions.add(transaction);
    line.events.add(this.#eventOf(transaction));
  }

  #closed(line: OpenLine): InvoiceLine {
    const { kind, subject, own, other, amount, tax } = line;
    const isUsage = kind === "usage";
    const terms = isTaxed(kind) ? this.#terms.get(keyOf(subject, other)) : undefined;
    assert(!isTaxed(kind) || terms !== undefined, `${subject} was bought on known terms`);
    const delivery = isUsage ? this.#deliveries.get(subject) : undefined;
    return {
      kind,
      subject,
      own,
      other,
      amount,
      tax,
      contract: this.#contracts.get(subject) ?? null,
      gpuMs: isUsage ? (delivery?.delivered ?? gpuMs(0)) : null,
      price: isUsage ? (terms?.price ?? null) : null,
      taxRate: terms?.taxRate ?? null,
      feeRate: terms?.feeRate ?? null,
      trace: {
        transactions: line.transactions.runs(),
        events: line.events.runs(),
        readings: delivery?.readings.runs() ?? [],
      },
    };
  }
}

function isTaxed(kind: InvoiceLine["kind"]): boolean {
  return kind === "usage" || kind === "cancellation";
}

const keyOf = (contract: string, payee: LedgerAccount): string => JSON.stringify([contract, payee]);

/**
 * Who bought a contract of the same seller twice, at different prices, pays no one price for it. Of two fees it counts the
 * lower, so that no more is given back than was taken.
 */
function termsOf(purchases: Iterable<Purchase>): Map<string, Terms> {
  const terms = new Map<string, Terms>();
  for (const { contract, payee, price, taxRate, feeRate } of purchases) {
    const key = keyOf(contract, payee);
    const before = terms.get(key);
    const isOnePrice = before === undefined || before.price === price;
    const lower = before !== undefined && before.feeRate < feeRate ? before.feeRate : feeRate;
    terms.set(key, { price: isOnePrice ? price : null, taxRate, feeRate: lower });
  }
  return terms;
}
