import type { Desk } from "../journal/turn.ts";
import type { MarketDesk } from "../operator/owner-walk.ts";
import { OwnerWalk } from "../operator/owner-walk.ts";
import type { PoolState } from "../market/state.ts";
import { capacityOf, poolOf } from "../market/state.ts";
import { declaredDemand, FAR, missing, withheld } from "../owner/kept-back.ts";
import type { TrainingRun } from "../owner/state.ts";
import type { ClusterReading } from "../ports.ts";
import { maxOver, rectangle, valueAt } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { DurationMs, EpochMs, Gpus, Window } from "../units.ts";
import {
  addGpus,
  earlier,
  floorTo,
  later,
  maxGpus,
  minGpus,
  MINUTE_MS,
  NO_GPUS,
  subGpus,
} from "../units.ts";
import type { Ladder } from "../surplus/ladder.ts";
import { restrictLadder } from "../surplus/restrict.ts";
import type { Feed } from "./demand-feed.ts";

export interface PoolTurn {
  readonly pool: string;
  readonly reading: ClusterReading;
  /** It has taken in this reading already: a turn may be decided more than once. */
  readonly feed: Pick<Feed, "forecast">;
  /** From one reading to the next. */
  readonly step: DurationMs;
  readonly recallId: () => string;
}

/** What a reading of the owner's cluster brings: who makes way, what is for sale now, and who gets it. */
export function takeReading(desk: Desk, turn: PoolTurn): void {
  const { market, owner } = desk.state;
  const pool = poolOf(market, turn.pool);
  const offering = owner.offerings.get(turn.pool);
  if (offering === undefined) return;
  followCalendar(desk, turn);
  const { now } = market;
  const { step, recallId, feed, reading } = turn;
  const marketDesk: MarketDesk = { state: market, do: (command) => desk.do(command) };
  const setup = { pool: turn.pool, price: offering.price, step, recallId };
  const walk = new OwnerWalk(marketDesk, setup, demandBefore(pool));
  const whole = readCapacity(reading);
  if (whole === 0) {
    // Zero is read, so that the next reading knows that there was nothing before it.
    walk.breakDown(now);
    return walk.read(now, NO_GPUS, reading.fabrics);
  }
  const gone = valueAt(missing(owner, turn.pool, whole), now);
  const fabrics = withoutMissing(reading, gone);
  const declared = declaredDemand(owner, turn.pool);
  const { demand } = reading;
  const read = {
    now,
    capacity: readCapacity({ fabrics }),
    fabrics,
    demand,
    ...rises(declared, now, step),
  };
  walk.arrive(read);
  const forecast = feed.forecast(declared, whole);
  // Nothing is sold on what cannot be forecast.
  if (forecast === null) return withholdAll(desk, turn.pool);
  // What is missing now is there again one day: the plan is made of all, and of what is missing when.
  walk.plan({ ...read, capacity: whole }, forecast, {
    missing: missing(owner, turn.pool, whole),
    withheld: withheld(owner, turn.pool, whole, now),
  });
}

/** Nothing more is sold of a pool whose cluster cannot be seen; what is sold stays sold. */
export function withholdAll(desk: Desk, id: string): void {
  const { market } = desk.state;
  const { ladder } = poolOf(market, id);
  if (ladder === null || !isSelling(ladder, market.now)) return;
  const start = floorTo(market.now, MINUTE_MS);
  const everything = rectangle({ start, end: FAR }, ladder.capacity);
  desk.do({ type: "publish_ladder", pool: id, ladder: restrictLadder(ladder, everything) });
}

function isSelling(ladder: Ladder, now: EpochMs): boolean {
  return ladder.rungs.some(({ pieces }) =>
    pieces.some((each) => each.until > now && each.safe > 0),
  );
}

/** The calendar follows the cluster in the runs that it shows, and forgets what has been over for a while. */
function followCalendar(desk: Desk, turn: PoolTurn): void {
  const { owner, market } = desk.state;
  const shown = new Map(turn.reading.declared.map((run) => [run.id, run]));
  const known = [...owner.runs.values()].filter(({ pool }) => pool === turn.pool);
  for (const run of known) {
    if (!isOutdated(run, shown.get(run.id), turn.step, market.now)) continue;
    desk.do({ type: "withdraw_run", run: run.id });
  }
  for (const run of shown.values()) {
    if (owner.runs.has(run.id)) continue;
    const declared = { ...run, pool: turn.pool, declared: market.now, source: "cluster" } as const;
    desk.do({ type: "declare_run", run: declared });
  }
}

/** What was declared for the last step is still compared with: see {@link rises}. */
function isOutdated(
  run: TrainingRun,
  shown: ClusterReading["declared"][number] | undefined,
  step: DurationMs,
  now: EpochMs,
): boolean {
  const end = later(run.start, run.duration);
  if (end <= now) return later(later(end, step), step) <= now;
  if (run.source !== "cluster") return false;
  return (
    shown?.name !== run.name ||
    shown.start !== run.start ||
    shown.duration !== run.duration ||
    shown.gpus !== run.gpus
  );
}

function demandBefore({ reading }: PoolState): Gpus | null {
  const capacity = capacityOf(reading);
  return capacity === 0 ? null : minGpus(reading.demand, capacity);
}

/** All that the cluster shows. */
export function readCapacity({ fabrics }: Pick<ClusterReading, "fabrics">): Gpus {
  return fabrics.reduce((sum, fabric) => addGpus(sum, fabric.gpus), NO_GPUS);
}

/** Maintenance that the cluster does not show yet takes from the largest fabric first. */
function withoutMissing({ fabrics }: ClusterReading, gone: Gpus): ClusterReading["fabrics"] {
  let left = gone;
  const largestFirst = fabrics.toSorted((a, b) => b.gpus - a.gpus);
  const rest = new Map(
    largestFirst.map(({ id, gpus: size }) => {
      const taken = minGpus(left, size);
      left = subGpus(left, taken);
      return [id, subGpus(size, taken)];
    }),
  );
  return fabrics.map((fabric) => ({ ...fabric, gpus: rest.get(fabric.id) ?? NO_GPUS }));
}

/** How much more is declared for the coming step than for the last one, and for the one after. */
function rises(declared: Schedule, now: EpochMs, step: DurationMs) {
  const peak = (window: Window): Gpus => maxOver(declared, window);
  const before = peak({ start: earlier(now, step), end: now });
  const here = peak({ start: now, end: later(now, step) });
  const next = peak({ start: later(now, step), end: later(later(now, step), step) });
  return {
    declaredRise: subGpus(here, before),
    declaredRiseNext: maxGpus(NO_GPUS, subGpus(next, here)),
  };
}
