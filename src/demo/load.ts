import { HOUR_MS } from "../units.ts";

/**
 * GPUs asked for over time, gathered job by job: each job costs the same however long it lasts. Times are
 * whole milliseconds since the start of the trace; what lies outside the trace is cut off.
 */
export interface Load {
  readonly steps: number;
  readonly stepMs: number;
  /** Change of the GPUs that are held through a whole step, at that step. */
  readonly change: Float64Array;
  /** GPU-milliseconds of jobs that hold only a part of the step: whole numbers, hence exact sums. */
  readonly partial: Float64Array;
}

/** A job that runs: GPUs held through the half-open window, in milliseconds since the trace's start. */
export interface Job {
  readonly startMs: number;
  readonly endMs: number;
  readonly gpus: number;
}

export function newLoad(steps: number, stepMs: number): Load {
  return {
    steps,
    stepMs,
    change: new Float64Array(steps + 1),
    partial: new Float64Array(steps + 1),
  };
}

export function lengthMs(load: Load): number {
  return load.steps * load.stepMs;
}

export function hours(value: number): number {
  return Math.round(value * HOUR_MS);
}

/** Adds the part of `job` that lies inside the trace. */
export function add(load: Load, job: Job): void {
  const start = Math.max(0, Math.round(job.startMs));
  const end = Math.min(lengthMs(load), Math.round(job.endMs));
  if (end <= start) return;
  const first = Math.floor(start / load.stepMs);
  const last = Math.floor(end / load.stepMs);
  bump(load.change, first, job.gpus);
  bump(load.change, last, -job.gpus);
  bump(load.partial, first, -job.gpus * (start - first * load.stepMs));
  bump(load.partial, last, job.gpus * (end - last * load.stepMs));
}

function bump(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] ?? 0) + by;
}

/** Mean GPUs asked for in each step; a fraction of a GPU counts as a GPU. */
export function demandOf(load: Load): Int32Array {
  const demand = new Int32Array(load.steps);
  let held = 0;
  for (let step = 0; step < load.steps; step += 1) {
    held += load.change[step] ?? 0;
    demand[step] = Math.ceil(held + (load.partial[step] ?? 0) / load.stepMs);
  }
  return demand;
}
