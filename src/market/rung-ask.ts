import type { ReadFabric } from "../contracts/holdings.ts";
import { pieces } from "../schedule/schedule.ts";
import type { LadderRung } from "../surplus/ladder.ts";
import { roomOnRung } from "../surplus/ladder.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { assert, ceilTo, floorTo, gpus, MINUTE_MS, minGpus, wholeLots } from "../units.ts";
import type { PoolState } from "./state.ts";
import { capacityOf } from "./state.ts";
import type { Ask } from "./supply.ts";

/** What of a rung an ask holds on to; its bounds are read from the ladder of the day. */
export type OfferedRung = Pick<LadderRung, "notice" | "price" | "duration">;

/** A rung of the pool's ladder as something to buy: a live view of the pool. */
export function rungAsk(pool: PoolState, rung: OfferedRung): Ask {
  const fabrics = pool.config.fabrics.map((fabric) => fabric.id);
  const seen = new SeenRoom(pool, rung.notice, fabrics);
  return {
    source: { kind: "rung", pool: pool.config.id, notice: rung.notice },
    notice: rung.notice,
    price: rung.price,
    fabrics,
    maxDuration: rung.duration,
    available: (fabric, window) => seen.inFabric(fabric, window),
    availableInAll: (window) => seen.inAll(window),
    changes: (window) => changesIn(pool, rung.notice, window),
  };
}

/**
 * A rung's room in one window. A match asks for one window again and again, to measure it and then to take from it: what
 * was answered is kept until the window, or anything that it was read from, is another.
 */
class SeenRoom {
  readonly #pool: PoolState;
  readonly #notice: Notice;
  readonly #places: ReadonlyMap<string, number>;
  /** By the fabric's place; below 0: not asked yet. */
  readonly #inFabric: number[];
  #inAll = gpus(0);
  #start = 0;
  #end = 0;
  #revision = -1;
  #ladder: PoolState["ladder"] = null;
  #reading: PoolState["reading"] | null = null;
  #policy: PoolState["policy"] | null = null;

  constructor(pool: PoolState, rung: Notice, fabrics: readonly string[]) {
    this.#pool = pool;
    this.#notice = rung;
    this.#places = new Map(fabrics.map((fabric, place) => [fabric, place]));
    this.#inFabric = fabrics.map(() => -1);
  }

  inAll(window: Window): Gpus {
    this.#see(window);
    return this.#inAll;
  }

  inFabric(fabric: string, window: Window): Gpus {
    this.#see(window);
    if (this.#inAll === 0) return this.#inAll;
    const place = this.#places.get(fabric);
    assert(place !== undefined, `fabric ${fabric} belongs to the pool`);
    const known = this.#inFabric[place] ?? -1;
    if (known >= 0) return gpus(known);
    const room = minGpus(roomInFabric(this.#pool, fabric, window), this.#inAll);
    this.#inFabric[place] = room;
    return room;
  }

  #see(window: Window): void {
    if (this.#isSeen(window)) return;
    this.#inAll = roomForNotice(this.#pool, this.#notice, window);
    this.#inFabric.fill(-1);
    this.#start = window.start;
    this.#end = window.end;
    this.#revision = this.#pool.holdings.revision;
    this.#ladder = this.#pool.ladder;
    this.#reading = this.#pool.reading;
    this.#policy = this.#pool.policy;
  }

  #isSeen({ start, end }: Window): boolean {
    const { holdings, ladder, reading, policy } = this.#pool;
    return (
      start === this.#start &&
      end === this.#end &&
      holdings.revision === this.#revision &&
      ladder === this.#ladder &&
      reading === this.#reading &&
      policy === this.#policy
    );
  }
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

/** Whole lots that the fabric has through the window beside its owner's work, whatever may be sold of them. */
export function roomInFabric(pool: PoolState, id: string, window: Window): Gpus {
  const { reading, holdings, policy } = pool;
  const fabric = reading.fabrics.find((candidate) => candidate.id === id);
  assert(fabric !== undefined, `fabric ${id} is read with its pool`);
  const taken = mostTaken(fabric, (part) => holdings.heldInFabric(id, part), window);
  return wholeLots(fabric.gpus - taken, policy.lot);
}

/** The most that the owner and holders have together at any instant of the window. */
function mostTaken({ used }: ReadFabric, held: (part: Window) => Gpus, window: Window): number {
  if (used === undefined) return held(window);
  return Math.max(...pieces(used, window).map((piece) => piece.gpus + held(piece)));
}

/** Room changes where the ladder's pieces end, where contracts begin or end, and where the owner's work does. */
function changesIn(pool: PoolState, notice: Notice, window: Window): EpochMs[] {
  const times = new Set<EpochMs>(pool.holdings.steps(window).map((step) => step.at));
  for (const { used } of pool.reading.fabrics) {
    for (const step of used?.steps ?? []) times.add(step.at);
  }
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
