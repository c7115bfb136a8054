import type { StateHash } from "./state-hash.ts";

/** A map whose content is kept in a {@link StateHash}: what goes in is added to the hash, what goes out is taken out of it. */
export class HashedMap<Key, Value> {
  readonly #map = new Map<Key, Value>();
  readonly #hash: StateHash;
  readonly #fields: (value: Value, key: Key) => readonly (string | number | bigint)[];

  /** @param fields all of a value that decisions read, its key included; of another first word than other maps' values */
  constructor(
    hash: StateHash,
    fields: (value: Value, key: Key) => readonly (string | number | bigint)[],
  ) {
    this.#hash = hash;
    this.#fields = fields;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    this.#map.set(key, value);
    this.#hash.add(this.#fields(value, key));
  }

  delete(key: Key): void {
    const before = this.#map.get(key);
    if (before === undefined) return;
    this.#hash.remove(this.#fields(before, key));
    this.#map.delete(key);
  }

  values(): MapIterator<Value> {
    return this.#map.values();
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#map.entries();
  }
}
