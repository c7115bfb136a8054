import type { DeclaredRun } from "../fleet/calendar.ts";
import { durationMs, type EpochMs, epochMs, gpus } from "../units.ts";
import type { Place, Span } from "./jobs.ts";
import { hours, type Job } from "./load.ts";
import type { Lane } from "./profile.ts";
import { chance, exponential, logUniform, pick, type Random, uniform } from "./random.ts";

/**
 * Unexpected interruptions of one GPU in one hour: 419 in 54 days on 16,384 H100, from "The Llama 3 Herd of
 * Models" (2024), table 5.
 */
const INTERRUPTIONS_PER_GPU_HOUR = 419 / (54 * 24 * 16_384);
/** From the interruption until the run holds its GPUs again: minutes by itself, hours where a person must look. */
const RESTART_HOURS = [0.1, 2] as const;
/** Acme Kalos: half of the launches of large runs last less than five minutes. */
const FALSE_START_HOURS = [0.01, 0.6] as const;

/** A run as its owners intend it, in milliseconds since the trace's start. */
interface Plan extends Job {
  readonly hours: number;
}

/**
 * Places the runs of one lane and answers what the calendar says of them, in order of planned start. It goes on
 * beyond the trace's end: the last of what is declared within it lies there.
 */
export function placeLane(
  lane: Lane,
  span: Span,
  origin: EpochMs,
  random: Random,
  place: Place,
): DeclaredRun[] {
  const calendar: DeclaredRun[] = [];
  let free = hours(-uniform(random, [0, 1]) * span.warmUpHours);
  for (let next = free; next < hours(span.hours);) {
    const plan = planRun(lane, next, random);
    if (chance(random, lane.declared)) calendar.push(declare(lane, plan, origin, random));
    free = execute(lane, plan, free, random, place);
    next = plan.endMs + hours(logUniform(random, lane.lullHours));
  }
  return calendar;
}

/** Runs are planned to the hour. */
function planRun(lane: Lane, fromMs: number, random: Random): Plan {
  const startMs = hours(Math.ceil(fromMs / hours(1)));
  const length = Math.max(1, Math.round(logUniform(random, lane.durationHours)));
  const size = pick(random, lane.gpus);
  return { startMs, endMs: startMs + hours(length), hours: length, gpus: size };
}

function declare(lane: Lane, plan: Plan, origin: EpochMs, random: Random): DeclaredRun {
  const ahead = hours(logUniform(random, lane.aheadHours));
  return {
    declared: epochMs(origin + plan.startMs - ahead),
    start: epochMs(origin + plan.startMs),
    duration: durationMs(plan.endMs - plan.startMs),
    gpus: gpus(plan.gpus),
    group: lane.group,
  };
}

/** What becomes of a plan: one in twenty is dropped, the others start and end when they can. Answers when the lane is free. */
function execute(lane: Lane, plan: Plan, free: number, random: Random, place: Place): number {
  if (chance(random, 0.05)) return free;
  const startMs = Math.max(free, plan.startMs + hours(lateness(random)));
  const launches = Math.floor(random() * (lane.falseStarts + 1));
  const holds = falseStarts(plan, startMs, launches, random, place);
  return runToEnd(plan.gpus, holds, plan.hours * overrun(random), random, place);
}

/** Hours after the declared start; negative when the GPUs were free early. */
function lateness(random: Random): number {
  const kind = random();
  if (kind < 0.5) return uniform(random, [0, 0.2]);
  if (kind < 0.6) return -logUniform(random, [0.5, 12]);
  return logUniform(random, [0.5, 36]);
}

/** The length that came, beside the length that was declared. */
function overrun(random: Random): number {
  const kind = random();
  if (kind < 0.45) return 1;
  return kind < 0.8 ? uniform(random, [0.2, 0.98]) : uniform(random, [1.02, 1.3]);
}

/** A large run seldom holds at the first launch: each failure frees the GPUs until the next. */
function falseStarts(
  plan: Plan,
  startMs: number,
  launches: number,
  random: Random,
  place: Place,
): number {
  let at = startMs;
  for (let launch = 0; launch < launches; launch += 1) {
    const endMs = at + hours(logUniform(random, FALSE_START_HOURS));
    place({ startMs: at, endMs, gpus: plan.gpus });
    at = endMs + hours(logUniform(random, RESTART_HOURS));
  }
  return at;
}

/** Interruptions free the GPUs for a while; the work still to do stays the same. Answers the end. */
function runToEnd(
  size: number,
  startMs: number,
  workHours: number,
  random: Random,
  place: Place,
): number {
  const meanHours = 1 / (INTERRUPTIONS_PER_GPU_HOUR * size);
  let at = startMs;
  for (let left = workHours; left > 0;) {
    const worked = Math.min(left, exponential(random, meanHours));
    place({ startMs: at, endMs: at + hours(worked), gpus: size });
    at += hours(worked);
    left -= worked;
    if (left > 0) at += hours(logUniform(random, RESTART_HOURS));
  }
  return at;
}
