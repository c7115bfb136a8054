import type { LadderRung } from "../surplus/ladder.ts";
import { roomOnRung } from "../surplus/ladder.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { assert, ceilTo, floorTo, gpus, MINUTE_MS, minGpus, wholeLots } from "../units.ts";
import type { PoolState } from "./state.ts";
import { capacityOf } from "./state.ts";
import type { Ask } from "./supply.ts";

/** A rung of the pool's ladder as something to buy: a live view of the pool. */
export function rungAsk(pool: PoolState, rung: LadderRung): Ask {
  const room = remembered(pool, (window) => roomForNotice(pool, rung.notice, window));
  return {
    source: { kind: "rung", pool: pool.config.id, notice: rung.notice },
    notice: rung.notice,
    price: rung.price,
    fabrics: pool.config.fabrics.map((fabric) => fabric.id),
    maxDuration: rung.duration,
    available: (fabric, window) => minGpus(roomInFabric(pool, fabric, window), room(window)),
    availableInAll: room,
    changes: (window) => changesIn(pool, rung.notice, window),
  };
}

/**
 * The same answers. A match asks for one window again and again, once for each fabric: the last answer is kept until
 * the window, or anything that it was read from, is another.
 */
function remembered(pool: PoolState, answer: (window: Window) => Gpus): (window: Window) => Gpus {
  let [start, end, revision] = [0, 0, -1];
  let { ladder, reading, policy } = pool;
  let last = gpus(0);
  return (window) => {
    const isKnown =
      window.start === start &&
      window.end === end &&
      pool.holdings.revision === revision &&
      pool.ladder === ladder &&
      pool.reading === reading &&
      pool.policy === policy;
    if (isKnown) return last;
    last = answer(window);
    ({ start, end } = window);
    ({ ladder, reading, policy } = pool);
    ({ revision } = pool.holdings);
    return last;
  };
}

/**
 * Whole lots that may be sold at `notice` through the window: what is safe at this notice and at every shorter one, for
 * they count these GPUs too, and what this notice's own promise and price allow.
 */
export function roomForNotice(pool: PoolState, notice: Notice, window: Window): Gpus {
  const { ladder, holdings } = pool;
  if (ladder === null) return gpus(0);
  let room: number = capacityOf(pool.reading) - holdings.heldInAll(window);
  for (const rung of ladder.rungs) {
    if (rung.notice > notice || room <= 0) continue;
    const held = (part: Window): Gpus => holdings.heldAtLeast(rung.notice, part);
    const bound = rung.notice === notice ? "sellable" : "safe";
    room = Math.min(room, roomOnRung(ladder, rung, bound, window, held));
  }
  return wholeLots(room, pool.policy.lot);
}

/** Whole lots that the fabric has through the window, whatever may be sold of them. */
export function roomInFabric(pool: PoolState, id: string, window: Window): Gpus {
  const fabric = pool.reading.fabrics.find((candidate) => candidate.id === id);
  assert(fabric !== undefined, `fabric ${id} is read with its pool`);
  const free = fabric.gpus - pool.holdings.heldInFabric(id, window);
  return wholeLots(free, pool.policy.lot);
}

/** Room changes where the ladder's pieces end and where contracts begin or end. */
function changesIn(pool: PoolState, notice: Notice, window: Window): EpochMs[] {
  const times = new Set<EpochMs>(pool.holdings.steps(window).map((step) => step.at));
  for (const rung of pool.ladder?.rungs ?? []) {
    if (rung.notice > notice) continue;
    // A window on the minute grid lies before or behind the end of a piece by whole minutes.
    for (const { until } of rung.pieces) {
      times.add(floorTo(until, MINUTE_MS));
      times.add(ceilTo(until, MINUTE_MS));
    }
  }
  return [...times]
    .filter((time) => time >= window.start && time < window.end)
    .sort((a, b) => a - b);
}
