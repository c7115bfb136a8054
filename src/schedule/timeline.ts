import {
  type DurationMs,
  type EpochMs,
  type Gpus,
  type Window,
  HOUR_MS,
  MINUTE_MS,
  NO_GPUS,
  assert,
  epochMs,
  floorTo,
  gpus,
  later,
  latest,
} from "../units.ts";
import { type Schedule, type Step, fromSteps, isMinuteAligned } from "./schedule.ts";
import { HourTree } from "./hour-tree.ts";

const FIRST_HOURS = 1_024;
/** About 120 years: nothing real ends later, and the tree would not fit. */
const MOST_HOURS = 1_048_576;

/**
 * A schedule that the one writer changes in place: what is free, or sold, or locked, minute by minute.
 *
 * Every operation costs the logarithm of the horizon, whatever the number of additions before it.
 * The value is 0 from the end of the last addition on. What lies before {@link forget} is gone: nobody
 * may read it, and additions there are dropped; so memory is bounded by the time from now to the
 * furthest end, not by the time that the writer has been running.
 */
export class Timeline {
  /** Nothing before is kept. */
  #first: EpochMs;
  /** Where the tree's first hour begins; at or before `#first`. */
  #base: EpochMs;
  #tree = new HourTree(FIRST_HOURS);

  /** @param first minute-aligned; earlier times are never read */
  constructor(first: EpochMs) {
    assert(isMinuteAligned(first), "a timeline begins on a minute");
    this.#first = first;
    this.#base = floorTo(first, HOUR_MS);
  }

  /** The earliest time that may be read. */
  get first(): EpochMs {
    return this.#first;
  }

  /** Adds `delta`, which may be negative, throughout the minute-aligned window. */
  add(window: Window, delta: Gpus): void {
    assert(isMinuteAligned(window.start), "an addition begins on a minute");
    assert(isMinuteAligned(window.end), "an addition ends on a minute");
    assert(window.start < window.end, "an addition has a length");
    const start = latest(window.start, this.#first);
    if (start >= window.end) return;
    if (window.end > this.#end) this.#moveTo(window.end);
    this.#tree.add(this.#minute(start), this.#minute(window.end), delta);
  }

  /** The lowest value within the window. */
  min(window: Window): Gpus {
    const [from, to] = this.#read(window);
    const inside = from < this.#tree.minutes ? this.#tree.min(from, to) : 0;
    return gpus(to > this.#tree.minutes ? Math.min(inside, 0) : inside);
  }

  /** The highest value within the window. */
  max(window: Window): Gpus {
    const [from, to] = this.#read(window);
    const inside = from < this.#tree.minutes ? this.#tree.max(from, to) : 0;
    return gpus(to > this.#tree.minutes ? Math.max(inside, 0) : inside);
  }

  valueAt(t: EpochMs): Gpus {
    return this.min({ start: t, end: epochMs(t + 1) });
  }

  /** The value at the window's start and every change after it within the window, in order. */
  steps(window: Window): Step[] {
    const [from, to] = this.#read(window);
    const found: Step[] = [];
    const visit = (minute: number, value: number): void => {
      if (found.at(-1)?.gpus === value) return;
      found.push({ at: latest(window.start, this.#time(minute)), gpus: gpus(value) });
    };
    if (from < this.#tree.minutes) this.#tree.visit(from, to, visit);
    if (to > this.#tree.minutes) visit(Math.max(from, this.#tree.minutes), 0);
    return found;
  }

  /** All that is not forgotten. */
  toSchedule(): Schedule {
    if (this.#first >= this.#end) return fromSteps([]);
    const steps = this.steps({ start: this.#first, end: this.#end });
    return fromSteps([...steps, { at: this.#end, gpus: NO_GPUS }]);
  }

  /**
   * The first minute from `from` to `latestStart`, both included and both minute-aligned, from which
   * at least `need` lasts for `duration`; null if there is none. Each two steps of the search advance by
   * `duration` at least, so it costs (latestStart − from) ÷ duration logarithms of the horizon at most.
   */
  earliestFit(
    from: EpochMs,
    latestStart: EpochMs,
    duration: DurationMs,
    need: Gpus,
  ): EpochMs | null {
    assert(isMinuteAligned(from), "a search begins on a minute");
    let start: EpochMs = from;
    while (start <= latestStart) {
      const lack = this.#lastBelow({ start, end: later(start, duration) }, need);
      if (lack === null) return start;
      start = later(lack, MINUTE_MS);
    }
    return null;
  }

  /** Drops what lies before the time, which is minute-aligned. */
  forget(before: EpochMs): void {
    assert(isMinuteAligned(before), "a timeline forgets whole minutes");
    this.#first = latest(this.#first, before);
  }

  /** The last minute within the window whose value is below `need`; every start until then fails. */
  #lastBelow(window: Window, need: Gpus): EpochMs | null {
    const [from, to] = this.#read(window);
    if (to > this.#tree.minutes && need > 0) return this.#time(to - 1);
    if (from >= this.#tree.minutes) return null;
    const minute = this.#tree.lastBelow(from, to, need);
    return minute === null ? null : this.#time(minute);
  }

  /** Minutes of the tree that a read window touches; the last may lie beyond the tree's end. */
  #read(window: Window): [from: number, to: number] {
    assert(window.start < window.end, "a window has a length");
    assert(window.start >= this.#first, "what is forgotten is not read");
    const to = Math.ceil((window.end - this.#base) / MINUTE_MS);
    return [Math.floor((window.start - this.#base) / MINUTE_MS), to];
  }

  /**
   * Builds the tree anew so that it begins with the first hour that is kept and has room for twice the
   * time to `end`. The clock must pass the other half before it is built again, so an addition's share
   * of that work stays small.
   */
  #moveTo(end: EpochMs): void {
    const kept = this.toSchedule().steps;
    const base = floorTo(this.#first, HOUR_MS);
    let hours = FIRST_HOURS;
    while (hours * HOUR_MS < 2 * (end - base)) hours *= 2;
    assert(hours <= MOST_HOURS, "an addition ends within a lifetime");
    this.#base = base;
    this.#tree = new HourTree(hours);
    for (const [i, step] of kept.entries()) {
      const until = kept[i + 1]?.at;
      if (until !== undefined)
        this.#tree.add(this.#minute(step.at), this.#minute(until), step.gpus);
    }
  }

  get #end(): EpochMs {
    return epochMs(this.#base + this.#tree.minutes * MINUTE_MS);
  }

  #minute(t: EpochMs): number {
    return (t - this.#base) / MINUTE_MS;
  }

  #time(minute: number): EpochMs {
    return epochMs(this.#base + minute * MINUTE_MS);
  }
}
