/**
 * A hash of the state that is kept incrementally: the sum, in two 32-bit lanes, of one hash for each thing in it.
 * A change subtracts the thing's old hash and adds the new one, so the order of changes does not matter and the cost
 * does not grow with the state. It guards against divergence, not against an adversary.
 */
export class StateHash {
  #high = 0;
  #low = 0;

  add(fields: readonly (string | number | bigint)[]): void {
    const [high, low] = hashOf(fields);
    this.#high = (this.#high + high) | 0;
    this.#low = (this.#low + low) | 0;
  }

  remove(fields: readonly (string | number | bigint)[]): void {
    const [high, low] = hashOf(fields);
    this.#high = (this.#high - high) | 0;
    this.#low = (this.#low - low) | 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}

/** Big-endian, so that the words of a number come in the same order on every machine. */
const number = new DataView(new ArrayBuffer(8));

/** Two lanes with different multipliers over the fields: a number's 64 bits, a text's characters and its end. */
function hashOf(fields: readonly (string | number | bigint)[]): [number, number] {
  const lanes: [number, number] = [0x9e3779b9, 0x85ebca6b];
  for (const field of fields) {
    if (typeof field === "number") {
      // A journal does not tell −0 from 0.
      number.setFloat64(0, field + 0);
      mix(lanes, number.getInt32(0));
      mix(lanes, number.getInt32(4));
    } else {
      const text = String(field);
      for (let index = 0; index < text.length; index++) mix(lanes, text.charCodeAt(index));
      mix(lanes, END_OF_TEXT);
    }
  }
  return [finish(lanes[0]), finish(lanes[1])];
}

/** No UTF-16 code unit. */
const END_OF_TEXT = 0x10000;

function mix(lanes: [number, number], word: number): void {
  lanes[0] = Math.imul(lanes[0] ^ word ^ (lanes[0] >>> 15), 0x01000193);
  lanes[1] = Math.imul(lanes[1] ^ word, 0xcc9e2d51) + 0x1b873593;
}

function finish(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
