/**
 * A hash of the state that is kept incrementally: the sum, in two 32-bit lanes, of one hash for each thing in it.
 * A change subtracts the thing's old hash and adds the new one, so the order of changes does not matter and the cost
 * does not grow with the state. It guards against divergence, not against an adversary.
 */
export class StateHash {
  #high = 0;
  #low = 0;

  add(fields: Fields, after: HashedFields = NOTHING): void {
    hash(fields, after);
    this.#high = (this.#high + finish(high)) | 0;
    this.#low = (this.#low + finish(low)) | 0;
  }

  remove(fields: Fields, after: HashedFields = NOTHING): void {
    hash(fields, after);
    this.#high = (this.#high - finish(high)) | 0;
    this.#low = (this.#low - finish(low)) | 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

type Fields = readonly (string | number | bigint)[];

/**
 * The first fields of a thing, hashed: where many of them stay while the last ones change, the last ones alone are
 * hashed *after* them, and the hash is that of all of them.
 */
export interface HashedFields {
  readonly high: number;
  readonly low: number;
}

const NOTHING: HashedFields = { high: 0x9e3779b9, low: 0x85ebca6b };

export function hashedFields(fields: Fields): HashedFields {
  hash(fields, NOTHING);
  return { high, low };
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}

/** Big-endian, so that the words of a number come in the same order on every machine. */
const number = new DataView(new ArrayBuffer(8));

/** The two lanes of what is being hashed: here, and not handed about, for they change with each word. */
let high = 0;
let low = 0;

/** Two lanes with different multipliers over the fields: a number's 64 bits, a text's characters and its end. */
function hash(fields: Fields, after: HashedFields): void {
  ({ high, low } = after);
  for (const field of fields) {
    if (typeof field === "number") hashNumber(field);
    else hashText(String(field));
  }
}

function hashNumber(value: number): void {
  // A journal does not tell −0 from 0.
  number.setFloat64(0, value + 0);
  mix(number.getInt32(0));
  mix(number.getInt32(4));
}

function hashText(text: string): void {
  for (let index = 0; index < text.length; index++) mix(text.charCodeAt(index));
  mix(END_OF_TEXT);
}

/** No UTF-16 code unit. */
const END_OF_TEXT = 0x10000;

function mix(word: number): void {
  high = Math.imul(high ^ word ^ (high >>> 15), 0x01000193);
  low = (Math.imul(low ^ word, 0xcc9e2d51) + 0x1b873593) | 0;
}

function finish(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
