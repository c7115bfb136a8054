import { assert } from "../units.ts";

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

  /** @param hash of the id */
  find(id: string, hash: number): number {
    for (let place = hash & this.#mask; ; place = this.#after(place)) {
      const slot = this.#slotAt(place);
      if (slot === NO_SLOT) return NO_SLOT;
      if (this.#hashAt(place) === hash && this.#idOf(slot) === id) return slot;
    }
  }

  /** The caller sees to it that the slot's id is not there yet. */
  add(slot: number, hash: number): void {
    if (2 * (this.#size + 1) > this.#mask + 1) this.#grow();
    this.#size += 1;
    this.#put(hash, slot);
  }

  remove(slot: number, hash: number): void {
    let gap = this.#placeOf(slot, hash);
    this.#size -= 1;
    for (
      let place = this.#after(gap);
      this.#slotAt(place) !== NO_SLOT;
      place = this.#after(place)
    ) {
      if (!this.#mayMove(place, gap)) continue;
      this.#set(gap, this.#hashAt(place), this.#slotAt(place));
      gap = place;
    }
    this.#set(gap, 0, NO_SLOT);
  }

  #placeOf(slot: number, hash: number): number {
    for (let place = hash & this.#mask; ; place = this.#after(place)) {
      const found = this.#slotAt(place);
      if (found === slot) return place;
      assert(found !== NO_SLOT, "the slot is in the index");
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
