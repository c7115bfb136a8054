import type { Contract } from "../contracts/contract.ts";
import type { Settled } from "../exchange/commands.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { ContractSummary, Purchase } from "../invoicing/invoice.ts";
import type { BilledReading, PostedEntry } from "../invoicing/posted.ts";
import { customerOf, payableTo, revenueOf } from "../ledger/chart.ts";
import type { MarketState } from "../market/state.ts";
import type { Window } from "../units.ts";

/** What one customer's invoice of one period is made of, gathered from the journal. */
export class InvoiceSources {
  readonly entries: PostedEntry[] = [];
  readonly readings: BilledReading[] = [];
  readonly contracts = new Map<string, ContractSummary>();
  /** What was just sold, until the settlement says who pays for it. */
  readonly #sold = new Map<string, ContractSummary>();
  readonly #purchases = new Map<string, Purchase>();
  readonly #events = new Map<number, number>();
  readonly #customer: string;
  readonly #period: Window;
  readonly #market: MarketState;

  /** @param market tells the SKUs of pools */
  constructor(customer: string, period: Window, market: MarketState) {
    this.#customer = customer;
    this.#period = period;
    this.#market = market;
  }

  get purchases(): Iterable<Purchase> {
    return this.#purchases.values();
  }

  readonly eventOf = (transaction: number): number => this.#events.get(transaction) ?? 0;

  /** Every event of the journal from its beginning, for contracts of the period may have been bought long before it. */
  hear({ sequence, at, event }: Recorded): void {
    switch (event.type) {
      case "contract_sold":
      case "contract_resold":
        return this.#describe(event.contract);
      case "contract_extended":
        return this.#lengthen(event.contract, event.until);
      case "settled":
        for (const deal of event.deals) this.#note(deal);
        this.#sold.clear();
        return this.#post(sequence, event);
      case "usage_metered":
        if (this.#isIn(at) && this.contracts.has(event.reading.contract)) {
          const { contract, gpuMs } = event.reading;
          this.readings.push({ sequence, at, contract, gpuMs });
        }
        return;
      default:
    }
  }

  #isIn(at: number): boolean {
    return this.#period.start <= at && at < this.#period.end;
  }

  #describe(contract: Contract): void {
    const sku = this.#market.pools.get(contract.pool)?.config.sku ?? "";
    const { id, soldGpus: gpus, window, promise } = contract;
    this.#sold.set(id, { contract: id, sku, gpus, window, notice: promise.notice });
  }

  #lengthen(id: string, end: Window["end"]): void {
    for (const contracts of [this.contracts, this.#sold]) {
      const known = contracts.get(id);
      if (known === undefined) continue;
      contracts.set(id, { ...known, window: { start: known.window.start, end } });
    }
  }

  /** Whoever resold a contract goes on paying for it; who bought it twice of one seller has paid two prices. */
  #note({ contract, pool, links }: Settled["deals"][number]): void {
    for (const { payer, payee, ...terms } of links) {
      if (payer !== this.#customer) continue;
      const sold = this.#sold.get(contract);
      if (sold !== undefined) this.contracts.set(contract, sold);
      const to = payee === null ? revenueOf(pool) : payableTo(payee);
      const { price, taxRate, feeRate } = terms;
      const key = [contract, to, price, taxRate, feeRate].join(" ");
      this.#purchases.set(key, { contract, payee: to, price, taxRate, feeRate });
    }
  }

  #post(sequence: number, { transaction }: Settled): void {
    if (transaction === null || !this.#isIn(transaction.at)) return;
    for (const [leg, transfer] of transaction.transfers.entries()) {
      const { debit, credit } = transfer;
      if (![debit, credit].some((account) => customerOf(account) === this.#customer)) continue;
      this.#events.set(transaction.id, sequence);
      this.entries.push({ transaction: transaction.id, leg, at: transaction.at, ...transfer });
    }
  }
}
