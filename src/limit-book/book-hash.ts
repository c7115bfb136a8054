import type { Gpus } from "../units.ts";
import type { LimitOrder } from "./order.ts";

/** 64 bits in two signed halves, each mixed as a 32-bit integer. */
export interface Lanes {
  readonly high: number;
  readonly low: number;
}

/**
 * A hash of what rests in a book, kept incrementally: the sum of one hash for each order. What never changes of an order
 * is hashed once, when it comes to rest; a fill only mixes in the GPUs that are left. It guards against divergence, not
 * against an adversary.
 */
export class BookHash {
  #high = 0;
  #low = 0;

  add(high: number, low: number, left: Gpus): void {
    this.#high = (this.#high + mixed(high, left)) | 0;
    this.#low = (this.#low + mixed(low, left)) | 0;
  }

  remove(high: number, low: number, left: Gpus): void {
    this.#high = (this.#high - mixed(high, left)) | 0;
    this.#low = (this.#low - mixed(low, left)) | 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

/**
 * What never changes of an order that rests.
 *
 * @param price below 2^53
 * @param arrival the place in the book's order of arrivals, which is the order in line at one price
 */
export function identityOf(order: LimitOrder, price: number, arrival: number): Lanes {
  const { id, account, side } = order;
  const [idHash, accountHash] = [hashOfText(id), hashOfText(account)];
  const start = side === "buy" ? 0x9e3779b9 : 0x7f4a7c15;
  const high = mixed(mixed(mixed(start, idHash), price), arrival);
  return { high: mixed(high, accountHash), low: mixed(mixed(~high, accountHash), idHash) };
}

/** 32 bits of a text. */
export function hashOfText(text: string): number {
  let bits = 0x85ebca6b ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed(bits, text.length);
}

/** Both halves of a whole number below 2^53 go into the lane. */
function mixed(lane: number, value: number): number {
  let bits = lane ^ Math.imul(value | 0, 0x9e3779b1) ^ ((value / 0x1_0000_0000) | 0);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
