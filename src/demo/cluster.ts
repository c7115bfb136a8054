import type { DeclaredRun } from "../fleet/calendar.ts";
import { traceEnd, type UsageTrace } from "../fleet/usage.ts";
import { assert, DAY_MS, type DurationMs, epochMs, HOUR_MS } from "../units.ts";
import { type Place, placeJobs, placeSessions, type Span } from "./jobs.ts";
import { interpolate, regimeFactors, stepAt } from "./level.ts";
import { add, demandOf, hours, type Job, lengthMs, type Load, newLoad } from "./load.ts";
import type { Path, Profile } from "./profile.ts";
import { exponential, type Random, randomFrom } from "./random.ts";
import { placeLane } from "./runs.ts";

/** Monday 5 January 2026, 00:00 UTC: a nominal date; hour of the day and day of the week count. */
const ORIGIN = epochMs(1_767_571_200_000);
/** Longer than the longest job, so that the trace starts with as many jobs running as it goes on with. */
const WARM_UP_HOURS = 14 * 24;

export interface ClusterOptions {
  readonly seed: number;
  readonly days: number;
  /** Divides an hour. */
  readonly step: DurationMs;
}

export interface DemoCluster {
  readonly trace: UsageTrace;
  /** What the owner had declared, by time of declaration; wrong in the ways that real ones are. */
  readonly calendar: readonly DeclaredRun[];
}

/** A synthetic cluster: the same profile and options give the same bytes on any machine. */
export function generateCluster(profile: Profile, options: ClusterOptions): DemoCluster {
  assert(HOUR_MS % options.step === 0, "the step of a demo divides an hour");
  const stream = (part: string): Random => randomFrom(`${options.seed}/${profile.name}/${part}`);
  const load = newLoad((options.days * DAY_MS) / options.step, options.step);
  const down = outageWindow(profile, load);
  const place = placing(load, down, stream("outage"));
  const span = spanOf(profile, options.days * 24, stream("regimes"));
  placeJobs(profile.jobs, span, stream("jobs"), place);
  placeSessions(profile.sessions, span, stream("sessions"), place);
  const declared = profile.lanes.flatMap((lane, index) =>
    placeLane(lane, span, ORIGIN, stream(`lane ${index}`), place),
  );
  const trace = traceOf(profile, load, down, options.step);
  return { trace, calendar: calendarOf(trace, declared) };
}

/** What concerns the trace: declared before its end, and not over before its start. */
function calendarOf(trace: UsageTrace, declared: readonly DeclaredRun[]): DeclaredRun[] {
  return declared
    .filter((run) => run.declared < traceEnd(trace))
    .filter((run) => run.start + run.duration > trace.start)
    .sort((a, b) => a.declared - b.declared || a.start - b.start);
}

function spanOf(profile: Profile, traceHours: number, random: Random): Span {
  const level = regimeFactors(profile.regimes, WARM_UP_HOURS + traceHours, random);
  for (let hour = 0; hour < level.length; hour += 1) {
    const drift = interpolate(profile.level, (hour - WARM_UP_HOURS) / traceHours);
    level[hour] = (level[hour] ?? 1) * drift;
  }
  return { warmUpHours: WARM_UP_HOURS, hours: traceHours, level };
}

interface Down {
  readonly fromMs: number;
  readonly toMs: number;
}

function outageWindow({ outage }: Profile, load: Load): Down | null {
  if (outage === null) return null;
  const fromHour = Math.floor((outage.at * lengthMs(load)) / HOUR_MS);
  return { fromMs: hours(fromHour), toMs: hours(fromHour + outage.hours) };
}

/** In an outage nothing runs: what was running, or arrives, goes on some hours after its end. */
function placing(load: Load, down: Down | null, random: Random): Place {
  if (down === null) return (job) => add(load, job);
  return (job) => {
    if (job.endMs <= down.fromMs || job.startMs >= down.toMs) return add(load, job);
    const resumed = down.toMs + hours(exponential(random, 2));
    const before: Job = { ...job, endMs: Math.min(job.endMs, down.fromMs) };
    const left = job.endMs - Math.max(job.startMs, down.fromMs);
    add(load, before);
    add(load, { startMs: resumed, endMs: resumed + left, gpus: job.gpus });
  };
}

function traceOf(profile: Profile, load: Load, down: Down | null, step: DurationMs): UsageTrace {
  return {
    name: profile.name,
    start: ORIGIN,
    step,
    demand: demandOf(load),
    total: capacityOf(profile.capacity, load.steps),
    outage: outageOf(down, load),
    skippedRows: 0,
  };
}

function capacityOf(path: Path, steps: number): Int32Array {
  return Int32Array.from({ length: steps }, (_, step) => stepAt(path, step / steps));
}

function outageOf(down: Down | null, load: Load): Uint8Array {
  const outage = new Uint8Array(load.steps);
  if (down !== null) outage.fill(1, down.fromMs / load.stepMs, down.toMs / load.stepMs);
  return outage;
}
