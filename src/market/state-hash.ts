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

/** Two lanes with different multipliers over the characters of the fields, each field closed by a separator. */
function hashOf(fields: readonly (string | number | bigint)[]): [number, number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (const field of fields) {
    const text = String(field);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0xcc9e2d51) + 0x1b873593;
    }
    high = Math.imul(high ^ 0x1f, 0x01000193);
    low = Math.imul(low ^ 0x1f, 0xcc9e2d51) + 0x1b873593;
  }
  return [finish(high), finish(low)];
}

function finish(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
