import {
  type EpochMs,
  type GpuMs,
  type Gpus,
  type Window,
  MINUTE_MS,
  NO_GPUS,
  addGpus,
  assert,
  earliest,
  elapsed,
  gpuMs,
  gpus,
  maxGpus,
  minGpus,
  subGpus,
} from "../units.ts";

/** From `at` until the next step the value is `gpus`. */
export interface Step {
  /** Minute-aligned. */
  readonly at: EpochMs;
  readonly gpus: Gpus;
}

/**
 * GPUs as a right-continuous step function of time: 0 before the first step, and the last value for ever.
 *
 * A last value that is not 0 is allowed because the algebra is closed with it and needs no invented end
 * of time: a cluster has its capacity until further notice. What ends simply has 0 as its last value.
 * Negative values appear only as differences.
 *
 * The form is canonical: steps in order of time, minute-aligned, no step that changes nothing. Equal
 * functions therefore have equal steps. Make one with the functions of this file, not by hand.
 */
export interface Schedule {
  readonly steps: readonly Step[];
}

/** A stretch of time over which a schedule does not change. */
export interface Piece extends Window {
  readonly gpus: Gpus;
}

/** Why steps from outside are no schedule, in the order in which it is checked. */
export type ScheduleRefusal = "not_minute_aligned" | "not_in_order" | "negative" | "not_whole_lots";

export const EMPTY: Schedule = { steps: [] };

export function isMinuteAligned(t: number): boolean {
  return t % MINUTE_MS === 0;
}

/** `value` from `from` on, without end. */
export function constant(from: EpochMs, value: Gpus): Schedule {
  return fromSteps([{ at: from, gpus: value }]);
}

/** `value` within the window, 0 outside it; the window is minute-aligned and not empty. */
export function rectangle({ start, end }: Window, value: Gpus): Schedule {
  assert(start < end, "a rectangle has a length");
  assert(isMinuteAligned(start) && isMinuteAligned(end), "a rectangle is minute-aligned");
  if (value === 0) return EMPTY;
  return {
    steps: [
      { at: start, gpus: value },
      { at: end, gpus: NO_GPUS },
    ],
  };
}

/** @param steps minute-aligned and in order of time; steps that change nothing are left out */
export function fromSteps(steps: readonly Step[]): Schedule {
  const refusal = misplaced(steps);
  assert(refusal === null, `steps of a schedule: ${refusal}`);
  return canonical(steps);
}

/** Steps from outside the program: no value is negative and each is a multiple of `lot`. */
export function parseSteps(steps: readonly Step[], lot: Gpus): Schedule | ScheduleRefusal {
  const refusal = misplaced(steps);
  if (refusal !== null) return refusal;
  if (steps.some((step) => step.gpus < 0)) return "negative";
  if (steps.some((step) => step.gpus % lot !== 0)) return "not_whole_lots";
  return canonical(steps);
}

function misplaced(steps: readonly Step[]): "not_minute_aligned" | "not_in_order" | null {
  if (!steps.every((step) => isMinuteAligned(step.at))) return "not_minute_aligned";
  const ordered = steps.every((step, i) => i === 0 || (steps[i - 1]?.at ?? step.at) < step.at);
  return ordered ? null : "not_in_order";
}

function canonical(steps: readonly Step[]): Schedule {
  const kept: Step[] = [];
  for (const step of steps) append(kept, step.at, step.gpus);
  return { steps: kept };
}

function append(steps: Step[], at: EpochMs, value: Gpus): void {
  if (value !== (steps.at(-1)?.gpus ?? 0)) steps.push({ at, gpus: value });
}

/**
 * Combines two schedules instant by instant, in time linear in their steps.
 *
 * @param combine maps (0, 0) to 0, since both are 0 in the distant past
 */
export function merge(a: Schedule, b: Schedule, combine: (a: Gpus, b: Gpus) => Gpus): Schedule {
  assert(combine(NO_GPUS, NO_GPUS) === 0, "nothing combined with nothing is nothing");
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  let [p, q] = [a.steps[0], b.steps[0]];
  let [left, right] = [NO_GPUS, NO_GPUS];
  for (let at = next(p, q); at !== null; at = next(p, q)) {
    if (p?.at === at) [left, p] = [p.gpus, a.steps[++i]];
    if (q?.at === at) [right, q] = [q.gpus, b.steps[++j]];
    append(steps, at, combine(left, right));
  }
  return { steps };
}

function next(a: Step | undefined, b: Step | undefined): EpochMs | null {
  if (a === undefined) return b?.at ?? null;
  return b === undefined ? a.at : earliest(a.at, b.at);
}

export function add(a: Schedule, b: Schedule): Schedule {
  return merge(a, b, addGpus);
}

/** `a − b`; negative where `b` is larger. */
export function subtract(a: Schedule, b: Schedule): Schedule {
  return merge(a, b, subGpus);
}

export function minimum(a: Schedule, b: Schedule): Schedule {
  return merge(a, b, minGpus);
}

export function maximum(a: Schedule, b: Schedule): Schedule {
  return merge(a, b, maxGpus);
}

/** @param change maps 0 to 0 */
export function map(schedule: Schedule, change: (value: Gpus) => Gpus): Schedule {
  return merge(schedule, EMPTY, change);
}

/** @param factor whole */
export function scale(schedule: Schedule, factor: number): Schedule {
  return map(schedule, (value) => gpus(value * factor + 0)); // + 0, for −0 is not 0 to everyone;
}

/** The schedule within the window, 0 outside it. */
export function clip(schedule: Schedule, window: Window): Schedule {
  const inside = pieces(schedule, window).map((piece) => ({ at: piece.start, gpus: piece.gpus }));
  return fromSteps([...inside, { at: window.end, gpus: NO_GPUS }]);
}

export function valueAt(schedule: Schedule, t: EpochMs): Gpus {
  return schedule.steps[stepsUntil(schedule, t) - 1]?.gpus ?? NO_GPUS;
}

/** How many steps are at `t` or before it. */
function stepsUntil(schedule: Schedule, t: EpochMs): number {
  let [low, high] = [0, schedule.steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((schedule.steps[middle]?.at ?? t) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The window cut where the schedule changes; costs the pieces and the logarithm of the steps. */
export function pieces(schedule: Schedule, window: Window): Piece[] {
  assert(window.start < window.end, "a window has a length");
  const found: Piece[] = [];
  let start = window.start;
  for (let i = stepsUntil(schedule, start); start < window.end; i++) {
    const end = earliest(schedule.steps[i]?.at ?? window.end, window.end);
    found.push({ start, end, gpus: schedule.steps[i - 1]?.gpus ?? NO_GPUS });
    start = end;
  }
  return found;
}

export function minOver(schedule: Schedule, window: Window): Gpus {
  return pieces(schedule, window)
    .map((piece) => piece.gpus)
    .reduce(minGpus);
}

export function maxOver(schedule: Schedule, window: Window): Gpus {
  return pieces(schedule, window)
    .map((piece) => piece.gpus)
    .reduce(maxGpus);
}

export function integral(schedule: Schedule, window: Window): GpuMs {
  const parts = pieces(schedule, window).map((p) => p.gpus * elapsed(p.start, p.end));
  return gpuMs(parts.reduce((sum, part) => sum + part, 0));
}

/** The longest windows inside `window` at every instant of which the predicate holds, in order. */
export function windowsWhere(
  schedule: Schedule,
  window: Window,
  holds: (value: Gpus) => boolean,
): Window[] {
  const found: Window[] = [];
  for (const { start, end } of pieces(schedule, window).filter((piece) => holds(piece.gpus))) {
    const previous = found.at(-1);
    if (previous?.end === start) found[found.length - 1] = { start: previous.start, end };
    else found.push({ start, end });
  }
  return found;
}

/** Whether `a` is at least `b` at every instant. */
export function covers(a: Schedule, b: Schedule): boolean {
  return subtract(a, b).steps.every((step) => step.gpus >= 0);
}

export function equals(a: Schedule, b: Schedule): boolean {
  return subtract(a, b).steps.length === 0;
}
