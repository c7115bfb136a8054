import type { Lease } from "../ports.ts";
import type { DurationMs } from "../units.ts";

/** The writer's row, in memory. */
export interface MemoryLease {
  take(writer: string, ttl: DurationMs): Lease | "held_by_another";
  /** Whether it still held; if so, it is extended. */
  extend(lease: Lease, ttl?: DurationMs): boolean;
  holds(lease: Lease): boolean;
  drop(lease: Lease): void;
}

/** @param now the clock of the lease, in milliseconds */
export function memoryLease(now: () => number): MemoryLease {
  let epoch = 0;
  let length = 0;
  let expires = -Infinity;
  const hold = (ttl: number): void => {
    length = ttl;
    expires = now() + ttl;
  };
  const holds = (lease: Lease): boolean => lease.epoch === epoch && expires > now();
  return {
    holds,
    take: (writer, ttl) => {
      if (expires > now()) return "held_by_another";
      epoch += 1;
      hold(ttl);
      return { writer, epoch };
    },
    extend: (lease, ttl) => {
      const isHeld = holds(lease);
      if (isHeld) hold(ttl ?? length);
      return isHeld;
    },
    drop: (lease) => {
      if (lease.epoch === epoch) expires = -Infinity;
    },
  };
}
