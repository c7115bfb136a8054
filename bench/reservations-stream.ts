/**
 * The orders of the race against Slurm's reservations: so many nodes from a start for a duration.
 *
 * Windows of one kind are side by side and never overlap, and all orders of a window ask for as many nodes. So it is known
 * what must be answered, in whatever order they arrive: as many are taken as fit, and the others are refused. (Slurm
 * binds nodes when it is asked; where windows overlap in part, it refuses some that would fit if nodes were bound later.)
 */
import { assert } from "../src/units.ts";
import { drawsFrom } from "./core-throughput-orders.ts";

export const NODES = 32;
export const ORDERS = 128;

/** A window and what each order in it asks for. Times are minutes from the base. */
export interface Slot {
  readonly start: number;
  readonly minutes: number;
  readonly nodes: number;
}

/** The slot of each order, by its number, in the order of arrival. */
export interface Stream {
  readonly slots: readonly Slot[];
  readonly orders: readonly number[];
}

const HOURS = [1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4] as const;
const SIZES = [1, 2, 4, 8] as const;

export function streamOf(seed: number): Stream {
  const draw = drawsFrom(seed);
  let start = 0;
  const slots = HOURS.map((hours) => {
    const slot = { start, minutes: hours * 60, nodes: SIZES[draw(SIZES.length)] ?? 1 };
    start += slot.minutes;
    return slot;
  });
  return { slots, orders: Array.from({ length: ORDERS }, () => draw(slots.length)) };
}

export function slotOf({ slots, orders }: Stream, order: number): Slot {
  const slot = slots[orders[order] ?? -1];
  assert(slot !== undefined, "every order is for a slot");
  return slot;
}

/** What must be answered where orders are decided as they arrive: whether each is taken. */
export function answersOf(stream: Stream): boolean[] {
  const left = stream.slots.map(({ nodes }) => Math.floor(NODES / nodes));
  return stream.orders.map((slot) => {
    const room = left[slot] ?? 0;
    left[slot] = room - 1;
    return room > 0;
  });
}

/** How many are taken in each slot. */
export function takenBySlot({ slots, orders }: Stream, taken: readonly boolean[]): number[] {
  return slots.map((_, slot) => orders.filter((each, at) => each === slot && taken[at]).length);
}
