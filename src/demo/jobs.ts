import { hours, type Job } from "./load.ts";
import type { JobFlow, Sessions, Sweeps } from "./profile.ts";
import {
  chance,
  exponential,
  logUniform,
  meanLogUniform,
  meanQuantiles,
  meanWeighted,
  pick,
  quantile,
  type Random,
  uniform,
  wobble,
} from "./random.ts";

/** Takes a job into the cluster. */
export type Place = (job: Job) => void;

/** The hours that are generated: from `warmUp` before the trace, so that it starts with its long jobs running. */
export interface Span {
  readonly warmUpHours: number;
  readonly hours: number;
  /** Factor on arrivals for each hour, warm-up included. */
  readonly level: Float64Array;
}

/** Arrivals are Poisson within an hour; the over-dispersion comes from sweeps, hours, weekends and level. */
export function placeJobs(flow: JobFlow, span: Span, random: Random, place: Place): void {
  const submissionsPerHour = flow.perHour / meanJobsOfSubmission(flow.sweeps);
  const weekday = 7 / (5 + 2 * flow.weekend);
  for (let hour = -span.warmUpHours; hour < span.hours; hour += 1) {
    const week = isWeekend(hour) ? weekday * flow.weekend : weekday;
    const level = span.level[hour + span.warmUpHours] ?? 1;
    const rate = submissionsPerHour * (flow.byHour[hourOfDay(hour)] ?? 1) * week * level;
    placeHour(flow, hour, rate, random, place);
  }
}

function placeHour(flow: JobFlow, hour: number, rate: number, random: Random, place: Place): void {
  if (rate <= 0) return;
  for (let at = exponential(random, 1 / rate); at < 1; at += exponential(random, 1 / rate)) {
    submit(flow, hours(hour + at), random, place);
  }
}

function submit(flow: JobFlow, startMs: number, random: Random, place: Place): void {
  const sweep = chance(random, flow.sweeps.chance);
  const jobs = sweep ? Math.round(logUniform(random, flow.sweeps.jobs)) : 1;
  const gpus = pick(random, sweep ? flow.sweeps.gpusPerJob : flow.gpus);
  for (let job = 0; job < jobs; job += 1) {
    const endMs = startMs + hours(quantile(flow.durationHours, random()));
    place({ startMs, endMs, gpus });
  }
}

function meanJobsOfSubmission(sweeps: Sweeps): number {
  return 1 - sweeps.chance + sweeps.chance * meanLogUniform(...sweeps.jobs);
}

/** GPUs that the flow holds on average, at level 1. */
export function meanGpusHeld(flow: JobFlow): number {
  const { sweeps } = flow;
  const inSweeps = sweeps.chance * meanLogUniform(...sweeps.jobs) * meanWeighted(sweeps.gpusPerJob);
  const alone = (1 - sweeps.chance) * meanWeighted(flow.gpus);
  const submissionsPerHour = flow.perHour / meanJobsOfSubmission(sweeps);
  return submissionsPerHour * (inSweeps + alone) * meanQuantiles(flow.durationHours);
}

/** Each day people open sessions, and most close them before the next. */
export function placeSessions(sessions: Sessions, span: Span, random: Random, place: Place): void {
  for (let hour = -24; hour < span.hours; hour += 24) {
    const level = span.level[hour + span.warmUpHours] ?? 1;
    const week = isWeekend(hour) ? sessions.weekend : 1;
    const count = Math.round(sessions.perDay * level * week * wobble(random, sessions.sigma));
    for (let session = 0; session < count; session += 1) {
      const opens = uniform(random, sessions.opens);
      const closes = uniform(random, sessions.closes);
      place({ startMs: hours(hour + opens), endMs: hours(hour + closes), gpus: sessions.gpus });
    }
  }
}

function hourOfDay(hour: number): number {
  return ((hour % 24) + 24) % 24;
}

/** The trace begins on a Monday. */
function isWeekend(hour: number): boolean {
  return ((Math.floor(hour / 24) % 7) + 7) % 7 >= 5;
}
