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
  /** The neighbours among the side's levels. */
  better: Level | null;
  worse: Level | null;
}

function emptyLevel(price: MicroUsdPerGpuHour, rank: number): Level {
  return {
    price,
    rank,
    gpus: NO_GPUS,
    first: NO_SLOT,
    last: NO_SLOT,
    better: null,
    worse: null,
  };
}

/** Levels in order, worst first; the ranks lie beside them, so that a search reads nothing else. */
interface Block {
  readonly ranks: number[];
  readonly levels: Level[];
}

/** A block that is full is halved: few enough to move along, and many enough that there are few blocks. */
const FULL = 64;

/**
 * The levels of one side in order, worst first, in short sorted blocks: to find, add or remove one costs two binary
 * searches and a few moves within a block, and next to the best, where most of it happens, hardly any move at all. Each
 * level also knows its neighbours, so that a walk from the best needs no search.
 */
export class Levels {
  /** The lowest rank of each block. */
  readonly #starts: number[] = [];
  readonly #blocks: Block[] = [];
  #best: Level | null = null;

  get best(): Level | null {
    return this.#best;
  }

  /** The level of this rank: a new one, still empty, where there was none. */
  at(rank: number, price: MicroUsdPerGpuHour): Level {
    if (this.#best?.rank === rank) return this.#best;
    const at = this.#blockOf(rank);
    const block = this.#blocks[at];
    if (block === undefined) return this.#addFirst(emptyLevel(price, rank));
    const place = placeIn(block.ranks, rank);
    const found = block.ranks[place] === rank ? block.levels[place] : undefined;
    return found ?? this.#add(emptyLevel(price, rank), at, block, place);
  }

  remove(level: Level): void {
    this.#unlink(level);
    const at = this.#blockOf(level.rank);
    const block = this.#blocks[at];
    assert(block !== undefined, "a level lies in a block");
    const place = placeIn(block.ranks, level.rank);
    assert(block.levels[place] === level, "a level lies in its place");
    drop(block.ranks, place);
    drop(block.levels, place);
    if (block.ranks.length === 0) this.#dropBlock(at);
    else if (place === 0) this.#starts[at] = block.ranks[0] ?? level.rank;
  }

  #addFirst(level: Level): Level {
    this.#starts.push(level.rank);
    this.#blocks.push({ ranks: [level.rank], levels: [level] });
    this.#best = level;
    return level;
  }

  #add(level: Level, at: number, block: Block, place: number): Level {
    // Only in the first block is there a place before its lowest, and nothing is worse than that.
    this.#link(level, block.levels[place - 1] ?? null, block.levels[0] ?? null);
    insert(block.ranks, place, level.rank);
    insert(block.levels, place, level);
    if (place === 0) this.#starts[at] = level.rank;
    if (block.ranks.length === FULL) this.#halve(at, block);
    return level;
  }

  #halve(at: number, { ranks, levels }: Block): void {
    const upper = { ranks: ranks.splice(FULL / 2), levels: levels.splice(FULL / 2) };
    this.#starts.splice(at + 1, 0, upper.ranks[0] ?? Infinity);
    this.#blocks.splice(at + 1, 0, upper);
  }

  #dropBlock(at: number): void {
    this.#starts.splice(at, 1);
    this.#blocks.splice(at, 1);
  }

  /** The last block that begins at the rank or below, or else the first. */
  #blockOf(rank: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? Infinity) <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #link(level: Level, worse: Level | null, worst: Level | null): void {
    level.worse = worse;
    level.better = worse === null ? worst : worse.better;
    if (worse !== null) worse.better = level;
    if (level.better === null) this.#best = level;
    else level.better.worse = level;
  }

  #unlink({ better, worse }: Level): void {
    if (better === null) this.#best = worse;
    else better.worse = worse;
    if (worse !== null) worse.better = better;
  }
}

/** The first place whose rank is not below this one. */
function placeIn(ranks: readonly number[], rank: number): number {
  let low = 0;
  let high = ranks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranks[middle] ?? Infinity) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `splice` would make an array for nothing. */
function insert<T>(values: T[], place: number, value: T): void {
  values.push(value);
  for (let index = values.length - 1; index > place; index -= 1) {
    values[index] = values[index - 1] ?? value;
  }
  values[place] = value;
}

function drop<T>(values: T[], place: number): void {
  const last = values.pop();
  if (last === undefined || place === values.length) return;
  for (let index = place; index < values.length; index += 1) {
    values[index] = values[index + 1] ?? last;
  }
}
