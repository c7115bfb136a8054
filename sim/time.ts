import type { Clock } from "../src/ports.ts";
import type { DurationMs, EpochMs } from "../src/units.ts";
import { epochMs } from "../src/units.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/**
 * Time that passes only where the simulator says so. The service's clock may jump; the store's clock, by which leases
 * expire and sleepers wake, never does.
 */
export class SimulatedTime {
  readonly clock: Clock = { now: () => epochMs(this.#service) };
  readonly #sleepers: Sleeper[] = [];
  #service: number;
  #store = 0;

  constructor(start: EpochMs) {
    this.#service = start;
  }

  /** In milliseconds. */
  get store(): number {
    return this.#store;
  }

  /** Time passes in which the writer has kept its lease; or the service's clock is set, forwards or back. */
  pass(milliseconds: number): void {
    this.#service += milliseconds;
  }

  /** Time passes in which nothing is heard of the writer. */
  passInSilence(milliseconds: number): void {
    this.#service += milliseconds;
    this.#store += milliseconds;
  }

  readonly wait = (duration: DurationMs): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ until: this.#store + duration, wake });
    });

  /** Time passes until the first sleeper wakes. @returns whether there was one */
  wakeNext(): boolean {
    this.#sleepers.sort((a, b) => a.until - b.until);
    const next = this.#sleepers.shift();
    if (next === undefined) return false;
    this.passInSilence(Math.max(0, next.until - this.#store));
    next.wake();
    return true;
  }
}
