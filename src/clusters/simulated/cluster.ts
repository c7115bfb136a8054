import type { DeclaredRun } from "../../fleet/calendar.ts";
import type { HourUsage, UsageTrace } from "../../fleet/usage.ts";
import { hourReading } from "../../fleet/usage.ts";
import type { Cluster, ClusterReading, MeterReading, MeterRequest } from "../../ports.ts";
import type { EpochMs, Gpus } from "../../units.ts";
import { epochMs, floorTo, gpus, HOUR_MS, wholeLots } from "../../units.ts";

export interface SimulatedSetup {
  readonly pool: string;
  /** Whole days, of which the last is followed by the first again. */
  readonly trace: UsageTrace;
  /** What the owner declares, on the trace's own clock. */
  readonly calendar: readonly DeclaredRun[];
  /** When the trace's clock shows its beginning for the first time. */
  readonly origin: EpochMs;
  readonly fabrics: readonly string[];
  readonly lot: Gpus;
}

/** A cluster that repeats a trace for ever, delivers all that is held, and never fails. */
export function simulatedCluster(setup: SimulatedSetup): Cluster {
  return {
    pool: setup.pool,
    history: (until) => Promise.resolve(historyOf(setup, until)),
    read: (now) => Promise.resolve(readingOf(setup, now)),
    meter: (requests) => Promise.resolve(requests.map(delivered)),
  };
}

function delivered({ contract, from, to, heldGpuMs }: MeterRequest): MeterReading {
  return { contract, from, to, gpuMs: heldGpuMs };
}

function lengthOf({ demand, step }: UsageTrace): number {
  return demand.length * step;
}

/** Where in the trace a time lies, in milliseconds from its beginning. */
function offsetOf({ trace, origin }: SimulatedSetup, time: EpochMs): number {
  const length = lengthOf(trace);
  return (((time - origin) % length) + length) % length;
}

function readingOf(setup: SimulatedSetup, now: EpochMs): ClusterReading {
  const { trace } = setup;
  const index = Math.floor(offsetOf(setup, now) / trace.step);
  const isDown = trace.outage[index] === 1;
  const capacity = gpus(isDown ? 0 : (trace.total[index] ?? 0));
  return {
    demand: gpus(trace.demand[index] ?? 0),
    fabrics: split(setup, capacity),
    declared: declaredAt(setup, now),
  };
}

/** Evenly in whole lots; the first has what is left over. */
function split({ fabrics, lot }: SimulatedSetup, capacity: Gpus) {
  const each = wholeLots(capacity / fabrics.length, lot);
  const first = gpus(capacity - each * (fabrics.length - 1));
  return fabrics.map((id, index) => ({ id, gpus: index === 0 ? first : each }));
}

/** Runs that are declared and not over, at this turn of the trace. */
function declaredAt(setup: SimulatedSetup, now: EpochMs): ClusterReading["declared"] {
  const { trace, calendar, origin, pool } = setup;
  const turn = Math.floor((now - origin) / lengthOf(trace));
  const shift = origin - trace.start + turn * lengthOf(trace);
  return calendar.flatMap((run, index) => {
    const start = epochMs(run.start + shift);
    const isKnown = run.declared + shift <= now && start + run.duration > now;
    if (!isKnown) return [];
    const { duration, group: name, gpus: size } = run;
    return [{ id: `${pool}-run-${turn}-${index}`, name, start, duration, gpus: size }];
  });
}

/** As many whole hours as the trace is long, up to `until`. */
function historyOf(setup: SimulatedSetup, until: EpochMs): HourUsage[] {
  const { trace } = setup;
  const hours = Math.floor(lengthOf(trace) / HOUR_MS);
  const end = floorTo(until, HOUR_MS);
  return Array.from({ length: hours }, (_, index) => {
    const start = epochMs(end - (hours - index) * HOUR_MS);
    const hour = epochMs(trace.start + floorTo(epochMs(offsetOf(setup, start)), HOUR_MS));
    return { ...hourReading(trace, hour), start };
  });
}
