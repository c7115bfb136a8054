import type { Gpus } from "../units.ts";
import type { LimitOrder } from "./order.ts";

/** What never changes of an order that rests, as 64 bits in two signed halves; and its id alone, as 32. */
export interface Identity {
  readonly high: number;
  readonly low: number;
  readonly id: number;
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
 * @param id the hash of the order's id
 * @param price below 2^53
 * @param arrival the place in the book's order of arrivals, which is the order in line at one price
 */
export function identityOf(
  order: LimitOrder,
  id: number,
  price: number,
  arrival: number,
): Identity {
  const account = hashOfText(order.account);
  const start = order.side === "buy" ? 0x9e3779b9 : 0x7f4a7c15;
  const high = mixed(mixed(mixed(mixed(start, id), price), arrival), account);
  return { high, low: mixed(mixed(~high, account), id), id };
}

/** 32 bits of a text, two characters at a time. */
export function hashOfText(text: string): number {
  const pairs = text.length & ~1;
  let bits = 0x85ebca6b ^ text.length;
  for (let index = 0; index < pairs; index += 2) {
    const pair = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    bits = Math.imul(bits ^ pair ^ (bits >>> 15), 0xcc9e2d51);
  }
  return mixed(bits, pairs < text.length ? text.charCodeAt(pairs) : 0);
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
