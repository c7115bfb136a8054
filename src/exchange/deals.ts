import type { Deal } from "../billing/deal.ts";
import { holderOf } from "../billing/deal.ts";
import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";

/** The open deals by contract, and those of each holder: what a customer has is asked with every order. */
export class Deals {
  readonly #deals: HashedMap<string, Deal>;
  readonly #byHolder = new Map<string, Map<string, Deal>>();

  constructor(hash: StateHash) {
    this.#deals = new HashedMap(hash, dealFields);
  }

  get size(): number {
    return this.#deals.size;
  }

  get(contract: string): Deal | undefined {
    return this.#deals.get(contract);
  }

  has(contract: string): boolean {
    return this.#deals.has(contract);
  }

  values(): MapIterator<Deal> {
    return this.#deals.values();
  }

  /** Those of contracts that the account holds now, in no particular order. */
  of(holder: string): Iterable<Deal> {
    return this.#byHolder.get(holder)?.values() ?? [];
  }

  /** A contract's holder never changes: whoever buys a part has another contract. */
  set(contract: string, deal: Deal): void {
    this.#deals.set(contract, deal);
    const holder = holderOf(deal);
    const held = this.#byHolder.get(holder) ?? new Map<string, Deal>();
    this.#byHolder.set(holder, held.set(contract, deal));
  }

  delete(contract: string): void {
    const deal = this.#deals.get(contract);
    if (deal === undefined) return;
    this.#deals.delete(contract);
    const holder = holderOf(deal);
    const held = this.#byHolder.get(holder);
    held?.delete(contract);
    if (held?.size === 0) this.#byHolder.delete(holder);
  }
}

function dealFields(deal: Deal): (string | number | bigint)[] {
  const { contract, pool, end, held, meteredUntil, delivered, failed, links } = deal;
  const paid = links.flatMap((link) => [
    link.payer,
    link.payee ?? "",
    link.price,
    link.taxRate,
    link.feeRate,
    link.held,
    link.billed,
    link.taxed,
    link.fees,
  ]);
  const schedule = held.steps.flatMap((step) => [step.at, step.gpus]);
  const meter = [meteredUntil, delivered, failed, deal.slaRate, deal.cancellationRate];
  return ["deal", contract, pool, end, ...meter, ...paid, ...schedule];
}
