/** A measured pool's usage made small enough for a lab, and the jobs that would have made it. */
import type { Job } from "../src/fleet/job.ts";
import type { UsageTrace } from "../src/fleet/usage.ts";
import { stepStart, traceEnd } from "../src/fleet/usage.ts";
import type { DurationMs, EpochMs, Window } from "../src/units.ts";
import {
  assert,
  DAY_MS,
  durationMs,
  earlier,
  elapsed,
  floorTo,
  gpus,
  HOUR_MS,
  later,
} from "../src/units.ts";

export const GPUS_PER_NODE = 8;
/** A forecast wants two weeks; with four it has seen each weekday often enough. */
export const HISTORY = durationMs(28 * DAY_MS);

/** Demand of each hour in whole nodes of a lab: what queued beyond the capacity is left out. */
export function nodesWanted({ demand, total }: UsageTrace, nodes: number): number[] {
  return Array.from(demand, (value, hour) =>
    Math.round(nodes * Math.min(1, value / (total[hour] ?? value))),
  );
}

/** The day with the median of idle among those that have a history: no day that suits anybody. */
export function medianDay(trace: UsageTrace, wanted: readonly number[]): EpochMs {
  const first = later(trace.start, HISTORY);
  const days: { readonly start: EpochMs; readonly used: number }[] = [];
  for (let start = floorTo(first, DAY_MS); later(start, DAY_MS) <= traceEnd(trace);) {
    const from = elapsed(trace.start, start) / HOUR_MS;
    const used = wanted.slice(from, from + 24).reduce((sum, nodes) => sum + nodes, 0);
    days.push({ start, used });
    start = later(start, DAY_MS);
  }
  const median = days.toSorted((a, b) => a.used - b.used)[days.length >> 1];
  assert(median !== undefined, "the trace is longer than a history");
  return median.start;
}

/** A window and its history before it, as a trace of so many nodes. @param window of whole hours */
export function scaled(trace: UsageTrace, window: Window, nodes: number): UsageTrace {
  const start = earlier(window.start, HISTORY);
  const [from, to] = [start, window.end].map((time) => (time - trace.start) / HOUR_MS);
  const wanted = nodesWanted(trace, nodes).slice(from, to);
  return {
    name: `${trace.name} on ${nodes} nodes`,
    start,
    step: HOUR_MS,
    demand: Int32Array.from(wanted, (count) => count * GPUS_PER_NODE),
    total: new Int32Array(wanted.length).fill(nodes * GPUS_PER_NODE),
    outage: new Uint8Array(wanted.length),
    skippedRows: 0,
  };
}

/** The same on a finer grid. */
export function onGrid(trace: UsageTrace, step: DurationMs): UsageTrace {
  const times = trace.step / step;
  const repeat = (values: Int32Array): Int32Array =>
    Int32Array.from(
      { length: values.length * times },
      (_, at) => values[Math.floor(at / times)] ?? 0,
    );
  const demand = repeat(trace.demand);
  return {
    ...trace,
    step,
    demand,
    total: repeat(trace.total),
    outage: new Uint8Array(demand.length),
  };
}

/**
 * Jobs of whole nodes whose sum is the trace: where demand rises they are submitted, where it falls those end that began
 * last. So most are short, and few of them hold most of the nodes for days, as in the trace they come from. What runs at
 * the trace's end is taken to go on for a day.
 */
export function jobsOf(trace: UsageTrace): Job[] {
  const spans = spansOf(trace);
  const together = Map.groupBy(spans, ({ start, end }) => `${start}-${end}`);
  return [...together.values()]
    .map(([span, ...more]) => jobOf(span as Window, 1 + more.length))
    .toSorted((a, b) => a.submit - b.submit);
}

function jobOf({ start, end }: Window, nodes: number): Job {
  const id = `${(start / HOUR_MS).toFixed(0)}-${((end - start) / HOUR_MS).toFixed(0)}`;
  const size = gpus(nodes * GPUS_PER_NODE);
  return { id, submit: start, duration: elapsed(start, end), gpus: size, group: "", start: null };
}

/** Each node's stretches of work. */
function spansOf(trace: UsageTrace): Window[] {
  const spans: Window[] = [];
  const running: EpochMs[] = [];
  trace.demand.forEach((demand, hour) => {
    const now = stepStart(trace, hour);
    const nodes = demand / GPUS_PER_NODE;
    while (running.length < nodes) running.push(now);
    for (const start of running.splice(nodes)) spans.push({ start, end: now });
  });
  const end = later(traceEnd(trace), DAY_MS);
  return [...spans, ...running.map((start) => ({ start, end }))];
}
