import type { Clock } from "../ports.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { epochMs, latest } from "../units.ts";

/** The time outside. */
export const realClock: Clock = { now: () => epochMs(Date.now()) };

/** A clock that goes `speed` times as fast as the one outside, from wherever it is set to. It never goes back. */
export class FastClock implements Clock {
  readonly #speed: number;
  #set: EpochMs;
  #setAt = performance.now();

  constructor(speed: number, start: EpochMs) {
    this.#speed = speed;
    this.#set = start;
  }

  now(): EpochMs {
    return epochMs(this.#set + Math.floor((performance.now() - this.#setAt) * this.#speed));
  }

  /** Goes on from `time`, if that is later than what it shows. */
  catchUp(time: EpochMs): void {
    this.#set = latest(this.now(), time);
    this.#setAt = performance.now();
  }
}

/** Milliseconds outside until a clock that goes `speed` times as fast, and shows `now`, comes to its next whole `length`. */
export function untilNext(now: EpochMs, length: DurationMs, speed: number): number {
  return (length - (now % length)) / speed;
}
