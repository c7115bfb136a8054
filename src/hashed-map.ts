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

/** What stands in the hashed maps of a state, by their names, each in order: all of it that is no index of the rest. */
export type EntriesOf<State> = {
  readonly [
    Name in keyof State as State[Name] extends HashedMap<infer _, infer __> ? Name : never
  ]: State[Name] extends HashedMap<infer Key, infer Value>
    ? readonly (readonly [Key, Value])[]
    : never;
};

/** The entries themselves, not copies: what stands in a state is replaced, and never changed. */
export function entriesOf<State extends object>(state: State): EntriesOf<State> {
  const found = mapsOf(state).map(([name, map]) => [name, [...map.entries()]]);
  return Object.fromEntries(found) as EntriesOf<State>;
}

/** Puts entries into a state whose maps are empty. */
export function fill<State extends object>(state: State, entries: EntriesOf<State>): void {
  const all = entries as Readonly<Record<string, readonly (readonly [unknown, unknown])[]>>;
  for (const [name, map] of mapsOf(state)) {
    for (const [key, value] of all[name] ?? []) map.set(key, value);
  }
}

function mapsOf(state: object): (readonly [string, HashedMap<unknown, unknown>])[] {
  return Object.entries(state as Readonly<Record<string, unknown>>).flatMap(([name, part]) =>
    part instanceof HashedMap ? [[name, part as HashedMap<unknown, unknown>] as const] : [],
  );
}
