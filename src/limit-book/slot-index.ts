import { assert } from "../units.ts";
import { hashOfText } from "./book-hash.ts";

/** Stands where there is no slot. */
export const NO_SLOT = -1;
const FIRST_ROOM = 64;

/**
 * The slot of each order by its id: a table of open addressing with linear probing, at most half full, whose entries
 * close up when one goes (Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm R). The hash lies
 * beside the slot, so that a search that fails, as for every new order, reads no id at all.
 */
export class SlotIndex {
  readonly #idOf: (slot: number) => string;
  /** Of each entry its hash, then its slot. */
  #entries = emptyEntries(FIRST_ROOM);
  #mask = FIRST_ROOM - 1;
  #size = 0;

  constructor(idOf: (slot: number) => string) {
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#size;
  }

  find(id: string): number {
    return this.#slotAt(this.#placeOf(id));
  }

  /** The caller sees to it that the id is not there yet. */
  add(id: string, slot: number): void {
    if (2 * (this.#size + 1) > this.#mask + 1) this.#grow();
    this.#size += 1;
    this.#put(hashOfText(id), slot);
  }

  remove(id: string): void {
    let gap = this.#placeOf(id);
    assert(this.#slotAt(gap) !== NO_SLOT, `order ${id} is in the index`);
    this.#size -= 1;
    for (let place = this.#after(gap); this.#slotAt(place) !== NO_SLOT; place = this.#after(place)) {
      if (!this.#mayMove(place, gap)) continue;
      this.#set(gap, this.#hashAt(place), this.#slotAt(place));
      gap = place;
    }
    this.#set(gap, 0, NO_SLOT);
  }

  /** Where the id's entry is, or the empty place that ends the search for it. */
  #placeOf(id: string): number {
    const hash = hashOfText(id);
    let place = hash & this.#mask;
    for (;;) {
      const slot = this.#slotAt(place);
      if (slot === NO_SLOT) return place;
      if (this.#hashAt(place) === hash && this.#idOf(slot) === id) return place;
      place = this.#after(place);
    }
  }

  /** Whether a search that begins where this entry belongs comes by the gap before it reaches the entry. */
  #mayMove(place: number, gap: number): boolean {
    const home = this.#hashAt(place) & this.#mask;
    return ((place - home) & this.#mask) >= ((place - gap) & this.#mask);
  }

  #put(hash: number, slot: number): void {
    let place = hash & this.#mask;
    while (this.#slotAt(place) !== NO_SLOT) place = this.#after(place);
    this.#set(place, hash, slot);
  }

  #grow(): void {
    const before = this.#entries;
    this.#entries = emptyEntries(before.length);
    this.#mask = before.length - 1;
    for (let index = 0; index < before.length; index += 2) {
      const slot = before[index + 1] ?? NO_SLOT;
      if (slot !== NO_SLOT) this.#put(before[index] ?? 0, slot);
    }
  }

  #after(place: number): number {
    return (place + 1) & this.#mask;
  }

  #hashAt(place: number): number {
    return this.#entries[2 * place] ?? 0;
  }

  #slotAt(place: number): number {
    return this.#entries[2 * place + 1] ?? NO_SLOT;
  }

  #set(place: number, hash: number, slot: number): void {
    this.#entries[2 * place] = hash;
    this.#entries[2 * place + 1] = slot;
  }
}

function emptyEntries(room: number): Int32Array<ArrayBuffer> {
  return new Int32Array(2 * room).fill(NO_SLOT);
}
