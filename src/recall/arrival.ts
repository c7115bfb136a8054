/**
 * What arrives with a reading of the owner's demand, and how long it waits: the rise since the reading before is of
 * declared runs first, which wait for nothing; the rest is a surprise run, which waits as its size allows.
 */
import type { Holdings } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import { allowedWait } from "../policy/waits.ts";
import { valueAt } from "../schedule/schedule.ts";
import type { DurationMs, EpochMs, Gpus, Notice } from "../units.ts";
import { addGpus, durationMs, later, maxGpus, minGpus, NO_GPUS, subGpus } from "../units.ts";
import type { Arrival, WaitedGpus } from "./shortfall.ts";
import { waitsOf } from "./shortfall.ts";
import type { Taking } from "./take-back.ts";

/** The owner's demand as it was read. */
export interface DemandReading {
  readonly now: EpochMs;
  readonly capacity: Gpus;
  /** GPUs that the owner wants; above the capacity where demand queues. */
  readonly demand: Gpus;
  /** Rise of the declared runs since the reading before. */
  readonly declaredRise: Gpus;
}

/** A recall of this pool that has been told and not been handed over. */
export interface PendingRecall {
  readonly reason: string;
  readonly due: EpochMs;
  readonly cuts: readonly PendingCut[];
}

interface PendingCut {
  readonly contract: string;
  readonly notice: Notice;
  readonly fabric: string;
  readonly gpus: Gpus;
  readonly until: EpochMs;
}

export interface ReadArrival extends Arrival {
  /** That part of the demand which is declared runs, just arrived. */
  readonly declared: Gpus;
}

/** What a run's GPUs waited, and how long they may: a declared run not at all, a surprise run by its size. */
export interface Waits {
  readonly waits: readonly WaitedGpus[];
  readonly allowed: DurationMs;
}

const NO_TIME = durationMs(0);

/**
 * @param before the demand read before, at most the capacity; null where none was, at the beginning and after an outage:
 * what is there then surprises nobody
 */
export function arrivalOf(
  reading: DemandReading,
  before: Gpus | null,
  pending: Iterable<PendingRecall>,
  holdings: Holdings,
): ReadArrival {
  const { now, capacity } = reading;
  const demand = minGpus(reading.demand, capacity);
  const rise = maxGpus(NO_GPUS, subGpus(demand, before ?? demand));
  const declared = minGpus(rise, maxGpus(NO_GPUS, reading.declaredRise));
  const surprise = subGpus(rise, declared);
  return {
    now,
    capacity,
    demand,
    declared,
    surprise,
    awaited: awaitedFrom(pending, holdings, now),
  };
}

/**
 * What runs that arrived before now wait for; what is recalled for this one is not among it. A contract that begins only
 * after `at` keeps nobody waiting then, though it is recalled already.
 */
function awaitedFrom(
  pending: Iterable<PendingRecall>,
  holdings: Holdings,
  now: EpochMs,
): (at: EpochMs) => Gpus {
  const earlier = [...pending].filter(({ reason, due }) => reason === "surprise" && due > now);
  return (at) => {
    const cuts = earlier.filter((recall) => recall.due > at).flatMap((recall) => recall.cuts);
    const lasting = cuts.filter((cut) => cut.until > at);
    const places = Map.groupBy(lasting, ({ contract, fabric }) => `${contract} ${fabric}`);
    const held = [...places.values()].map((together) => heldOf(holdings, together, at));
    return held.reduce(addGpus, NO_GPUS);
  };
}

/** @param cuts of one contract in one fabric */
function heldOf(holdings: Holdings, cuts: readonly PendingCut[], at: EpochMs): Gpus {
  const [first] = cuts;
  if (first === undefined) return NO_GPUS;
  const contract = holdings.get(first.notice, first.contract);
  const place = contract?.placements.find(({ fabric }) => fabric === first.fabric);
  const recalled = cuts.reduce((sum, cut) => addGpus(sum, cut.gpus), NO_GPUS);
  return place === undefined ? NO_GPUS : minGpus(recalled, valueAt(place.held, at));
}

/**
 * How long the GPUs that have arrived wait, declared runs before the surprise run, once what makes way for them stands in
 * the holdings.
 * @param recalls what was recalled for them
 */
export function waitsOfArrival(
  holdings: Holdings,
  policy: Policy,
  arrival: ReadArrival,
  recalls: readonly Taking[],
): Waits[] {
  const { now, demand, surprise, declared } = arrival;
  const allowed = allowedWait(policy.allowedWaits, surprise);
  const until = later(now, longestWait(policy, allowed, recalls, now));
  const ahead = { ...arrival, demand: subGpus(demand, surprise), surprise: declared };
  return [
    { waits: waitsOf(holdings, ahead, until).filter(({ wait }) => wait > 0), allowed: NO_TIME },
    { waits: waitsOf(holdings, arrival, until), allowed },
  ];
}

/** Until when a run is watched for its GPUs: where the owner yields, until the last contract is over. */
function longestWait(
  policy: Policy,
  allowed: DurationMs,
  recalls: readonly Taking[],
  now: EpochMs,
): DurationMs {
  const dues = recalls.map((taking) => taking.due - now);
  const contracts = policy.onShortfall === "wait" ? policy.rungs.map((rung) => rung.duration) : [];
  return durationMs(Math.max(allowed, ...dues, ...contracts));
}
