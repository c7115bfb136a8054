import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert, NO_GPUS } from "../units.ts";
import { NO_SLOT } from "./slot-index.ts";

/** The orders of one side at one price, the first to arrive first. */
export interface Level {
  readonly price: MicroUsdPerGpuHour;
  /** Higher is better on either side: the price to buy at, the negative of the price to sell at. */
  readonly rank: number;
  gpus: Gpus;
  /** Slots of the first and the last in line. */
  first: number;
  last: number;
}

function emptyLevel(price: MicroUsdPerGpuHour, rank: number): Level {
  return { price, rank, gpus: NO_GPUS, first: NO_SLOT, last: NO_SLOT };
}

/** Places in a block. One that is full is halved: few enough to move along, and enough that there are few blocks. */
const WIDTH = 32;

/**
 * The levels of one side in order, worst first, in short sorted blocks. To find, add or remove one costs two binary
 * searches and a few moves within a block; the best is known without a search.
 *
 * A block is a number: its places lie side by side in two arrays that all blocks share, the ranks beside the levels, so
 * that a search reads ranks alone and those of one block together.
 */
export class Levels {
  /** The blocks in order, where each starts (at its lowest rank or below), and how many levels each has. */
  readonly #blocks: number[] = [];
  readonly #starts: number[] = [];
  readonly #sizes: number[] = [];
  readonly #free: number[] = [];
  #ranks = new Float64Array(WIDTH);
  readonly #levels: (Level | null)[] = [];
  #best: Level | null = null;

  get best(): Level | null {
    return this.#best;
  }

  /** The best of the levels that are worse than this one. */
  worseThan({ rank }: Level): Level | null {
    const at = this.#blockOf(rank);
    const place = this.#placeIn(at, rank);
    if (place > 0) return this.#levelIn(at, place - 1);
    return at > 0 ? this.#levelIn(at - 1, (this.#sizes[at - 1] ?? 0) - 1) : null;
  }

  /** The level of this rank: a new one, still empty, where there was none. */
  at(rank: number, price: MicroUsdPerGpuHour): Level {
    if (this.#best?.rank === rank) return this.#best;
    if (this.#blocks.length === 0) this.#addBlock(0, rank);
    const at = this.#blockOf(rank);
    const place = this.#placeIn(at, rank);
    const found = place < (this.#sizes[at] ?? 0) ? this.#levelIn(at, place) : null;
    return found?.rank === rank ? found : this.#insert(at, place, emptyLevel(price, rank));
  }

  remove(level: Level): void {
    const at = this.#blockOf(level.rank);
    const place = this.#placeIn(at, level.rank);
    assert(this.#levelIn(at, place) === level, "a level lies in its place");
    if (this.#best === level) this.#best = this.worseThan(level);
    this.#drop(at, place);
  }

  #insert(at: number, place: number, level: Level): Level {
    const [from, size] = [this.#offsetOf(at), this.#sizes[at] ?? 0];
    this.#ranks.copyWithin(from + place + 1, from + place, from + size);
    for (let index = from + size; index > from + place; index -= 1) {
      this.#levels[index] = this.#levels[index - 1] ?? null;
    }
    this.#ranks[from + place] = level.rank;
    this.#levels[from + place] = level;
    this.#sizes[at] = size + 1;
    if (place === 0) this.#starts[at] = level.rank;
    if (size + 1 === WIDTH) this.#halve(at);
    if (this.#best === null || level.rank > this.#best.rank) this.#best = level;
    return level;
  }

  #drop(at: number, place: number): void {
    const [from, size] = [this.#offsetOf(at), this.#sizes[at] ?? 0];
    this.#ranks.copyWithin(from + place, from + place + 1, from + size);
    for (let index = from + place; index < from + size - 1; index += 1) {
      this.#levels[index] = this.#levels[index + 1] ?? null;
    }
    this.#levels[from + size - 1] = null;
    this.#sizes[at] = size - 1;
    if (size === 1) this.#dropBlock(at);
  }

  /** The upper half goes to a block of its own. */
  #halve(at: number): void {
    const half = WIDTH / 2;
    const from = this.#offsetOf(at) + half;
    this.#addBlock(at + 1, this.#ranks[from] ?? Infinity);
    const to = this.#offsetOf(at + 1);
    this.#ranks.copyWithin(to, from, from + half);
    for (let index = 0; index < half; index += 1) {
      this.#levels[to + index] = this.#levels[from + index] ?? null;
      this.#levels[from + index] = null;
    }
    this.#sizes[at] = half;
    this.#sizes[at + 1] = half;
  }

  #addBlock(at: number, start: number): void {
    const block = this.#free.pop() ?? this.#room();
    this.#blocks.splice(at, 0, block);
    this.#starts.splice(at, 0, start);
    this.#sizes.splice(at, 0, 0);
  }

  /** @returns the number of a block that was not used before */
  #room(): number {
    const from = this.#levels.length;
    if (from === this.#ranks.length) {
      const more = new Float64Array(2 * from);
      more.set(this.#ranks);
      this.#ranks = more;
    }
    for (let place = 0; place < WIDTH; place += 1) this.#levels.push(null);
    return from / WIDTH;
  }

  #dropBlock(at: number): void {
    this.#free.push(this.#blocks[at] ?? 0);
    this.#blocks.splice(at, 1);
    this.#starts.splice(at, 1);
    this.#sizes.splice(at, 1);
  }

  /** The last block that begins at the rank or below, or else the first. */
  #blockOf(rank: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first place of the block whose rank is not below this one. */
  #placeIn(at: number, rank: number): number {
    const from = this.#offsetOf(at);
    let low = 0;
    let high = this.#sizes[at] ?? 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranks[from + middle] ?? Infinity) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #levelIn(at: number, place: number): Level | null {
    return this.#levels[this.#offsetOf(at) + place] ?? null;
  }

  #offsetOf(at: number): number {
    return (this.#blocks[at] ?? 0) * WIDTH;
  }
}
