import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import { assert } from "../units.ts";

/** Something that can be bought: a rung of a pool's ladder, or a holder's listing. A live view. */
export interface Ask {
  readonly source:
    | { readonly kind: "rung"; readonly pool: string; readonly notice: Notice }
    | { readonly kind: "listing"; readonly order: string; readonly contract: string };
  readonly notice: Notice;
  readonly price: MicroUsdPerGpuHour;
  /** Names of interconnect domains, unique over all pools. */
  readonly fabrics: readonly string[];
  /** Longest duration sold: a rung's by its policy; a listing's is its window, beyond which it has none. */
  readonly maxDuration: DurationMs;
  /** GPUs (whole lots, at least 0) that the fabric has for this ask through the whole window. */
  available(fabric: string, window: Window): Gpus;
  /**
   * GPUs (whole lots, at least 0) that may be taken through the whole window over all fabrics together.
   * It may be less than the fabrics have, or more: a match keeps to both.
   */
  availableInAll(window: Window): Gpus;
  /** Times within the window at which availability may change (starts worth trying), ascending. */
  changes(window: Window): readonly EpochMs[];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareSources(a: Ask["source"], b: Ask["source"]): number {
  if (a.kind === "listing") {
    return b.kind === "listing" ? compareText(a.order, b.order) : -1;
  }
  return b.kind === "rung" ? compareText(a.pool, b.pool) : 1;
}

/** What an ask's place among the others depends on. */
type Ranked = Pick<Ask, "price" | "notice" | "source">;

/**
 * The order in which asks are taken: cheapest first; then the longer notice, as the better promise; then
 * a listing before a rung; then by the listing's order id or the rung's pool. 0 only for the same ask.
 */
export function compareAsks(a: Ranked, b: Ranked): number {
  if (a.price !== b.price) return a.price < b.price ? -1 : 1;
  if (a.notice !== b.notice) return a.notice > b.notice ? -1 : 1;
  return compareSources(a.source, b.source);
}

/** Where `ask` stands, or would stand, in asks that are sorted by {@link compareAsks}. */
function placeOf(asks: readonly Ask[], ask: Ask): number {
  let low = 0;
  let high = asks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = asks[middle];
    if (there !== undefined && compareAsks(there, ask) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(asks: Ask[], ask: Ask): void {
  const place = placeOf(asks, ask);
  const there = asks[place];
  assert(there === undefined || compareAsks(there, ask) !== 0, "an ask is offered once");
  asks.splice(place, 0, ask);
}

function extract(asks: Ask[], ask: Ask): void {
  const place = placeOf(asks, ask);
  assert(asks[place] === ask, "an ask that is withdrawn had been offered");
  asks.splice(place, 1);
}

/**
 * All asks for one SKU, kept in the order in which they are taken, as a whole and by fabric, so that no
 * match has to sort. Adding and withdrawing cost a binary search and one move of the tail.
 */
export class Supply {
  readonly #asks: Ask[] = [];
  readonly #byFabric = new Map<string, Ask[]>();
  #fabrics: readonly string[] = [];

  constructor(asks: Iterable<Ask> = []) {
    for (const ask of asks) this.add(ask);
  }

  /** Every ask, in the order of {@link compareAsks}. */
  get asks(): readonly Ask[] {
    return this.#asks;
  }

  /** Names of the fabrics in which something is offered, sorted. */
  get fabrics(): readonly string[] {
    return this.#fabrics;
  }

  /** The asks that reach into `fabric`, in the order of {@link compareAsks}. */
  asksIn(fabric: string): readonly Ask[] {
    return this.#byFabric.get(fabric) ?? [];
  }

  /** The ask's price, notice, source and fabrics must not change while it is offered. */
  add(ask: Ask): void {
    insert(this.#asks, ask);
    for (const fabric of ask.fabrics) {
      const there = this.#byFabric.get(fabric);
      if (there) insert(there, ask);
      else this.#byFabric.set(fabric, [ask]);
    }
    this.#nameFabrics();
  }

  remove(ask: Ask): void {
    extract(this.#asks, ask);
    for (const fabric of ask.fabrics) {
      const there = this.#byFabric.get(fabric);
      assert(there !== undefined, "an ask that is withdrawn had been offered in its fabrics");
      extract(there, ask);
      if (there.length === 0) this.#byFabric.delete(fabric);
    }
    this.#nameFabrics();
  }

  #nameFabrics(): void {
    if (this.#fabrics.length === this.#byFabric.size) return;
    this.#fabrics = [...this.#byFabric.keys()].toSorted(compareText);
  }
}
