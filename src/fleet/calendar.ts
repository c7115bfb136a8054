import type { DurationMs, EpochMs, GpuMs, Gpus } from "../units.ts";
import { assert, epochMs, gpuMs, gpus, latest, later } from "../units.ts";

/** A training run that the owner has announced. It may start late, end early, or exceed the capacity. */
export interface DeclaredRun {
  /** When it was announced: nothing may be known of it before. */
  readonly declared: EpochMs;
  readonly start: EpochMs;
  readonly duration: DurationMs;
  readonly gpus: Gpus;
  readonly group: string;
}

/**
 * What the owner's declared runs demand, as known at a time that only moves forward. Runs that overlap add up, and
 * their sum may exceed the capacity. A run declared after its start counts from its declaration on.
 *
 * A segment tree over the runs' edges, so that a run is added and a window asked in logarithmic time.
 */
export class Calendar {
  readonly #runs: readonly DeclaredRun[];
  readonly #edges: readonly EpochMs[];
  /** GPUs added to the whole of a node's span but not to its children. */
  readonly #added: Float64Array;
  /** Most GPUs at once within a node's span, what was added to its ancestors left out. */
  readonly #peak: Float64Array;
  /** GPU-milliseconds of a node's span, what was added to its ancestors left out. */
  readonly #area: Float64Array;
  #visible = 0;
  #now = epochMs(0);

  constructor(runs: readonly DeclaredRun[]) {
    this.#runs = runs.toSorted((a, b) => a.declared - b.declared);
    const edges = runs.flatMap((run) => [effectiveStart(run), later(run.start, run.duration)]);
    this.#edges = [...new Set(edges)].toSorted((a, b) => a - b);
    const nodes = 4 * Math.max(1, this.#edges.length);
    this.#added = new Float64Array(nodes);
    this.#peak = new Float64Array(nodes);
    this.#area = new Float64Array(nodes);
  }

  /** From now on, everything declared at or before `now` is known. Time doesn't go back. */
  advanceTo(now: EpochMs): void {
    assert(now >= this.#now, "a calendar moves forward in time");
    this.#now = now;
    for (;;) {
      const run = this.#runs[this.#visible];
      if (!run || run.declared > now) return;
      this.#visible++;
      const window = { from: effectiveStart(run), to: later(run.start, run.duration) };
      if (window.from < window.to) this.#add(ROOT, this.#span(), { ...window, gpus: run.gpus });
    }
  }

  /** Declared demand over `[from, to)`, as known now. */
  demand(from: EpochMs, to: EpochMs): GpuMs {
    return gpuMs(this.#areaOf(ROOT, this.#span(), { from, to }));
  }

  /** Most GPUs declared at once in `[from, to)`, as known now. */
  peak(from: EpochMs, to: EpochMs): Gpus {
    return gpus(this.#peakOf(ROOT, this.#span(), { from, to }));
  }

  /** The spans between neighbouring edges that the whole tree covers. */
  #span(): Span {
    return { low: 0, high: Math.max(0, this.#edges.length - 1) };
  }

  #time(edge: number): EpochMs {
    return this.#edges[edge] ?? epochMs(0);
  }

  #add(node: number, span: Span, run: Added): void {
    const [start, end] = [this.#time(span.low), this.#time(span.high)];
    if (run.to <= start || end <= run.from) return;
    this.#area[node] = at(this.#area, node) + run.gpus * overlap(start, end, run);
    if (run.from <= start && end <= run.to) {
      this.#added[node] = at(this.#added, node) + run.gpus;
      this.#peak[node] = at(this.#peak, node) + run.gpus;
      return;
    }
    const { left, right } = halves(span);
    this.#add(2 * node, left, run);
    this.#add(2 * node + 1, right, run);
    const children = Math.max(at(this.#peak, 2 * node), at(this.#peak, 2 * node + 1));
    this.#peak[node] = at(this.#added, node) + children;
  }

  #areaOf(node: number, span: Span, window: Bounds): number {
    const [start, end] = [this.#time(span.low), this.#time(span.high)];
    const width = overlap(start, end, window);
    if (width <= 0) return 0;
    if (width === end - start) return at(this.#area, node);
    const here = at(this.#added, node) * width;
    if (span.high - span.low === 1) return here;
    const { left, right } = halves(span);
    return here + this.#areaOf(2 * node, left, window) + this.#areaOf(2 * node + 1, right, window);
  }

  #peakOf(node: number, span: Span, window: Bounds): number {
    const [start, end] = [this.#time(span.low), this.#time(span.high)];
    const width = overlap(start, end, window);
    if (width <= 0) return 0;
    if (width === end - start || span.high - span.low === 1) return at(this.#peak, node);
    const { left, right } = halves(span);
    const children = [
      this.#peakOf(2 * node, left, window),
      this.#peakOf(2 * node + 1, right, window),
    ];
    return at(this.#added, node) + Math.max(...children);
  }
}

const ROOT = 1;

/** Edges `low` to `high` of the tree's list. */
interface Span {
  readonly low: number;
  readonly high: number;
}

interface Bounds {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

interface Added extends Bounds {
  readonly gpus: Gpus;
}

function effectiveStart(run: DeclaredRun): EpochMs {
  return latest(run.start, run.declared);
}

function overlap(start: EpochMs, end: EpochMs, window: Bounds): number {
  return Math.min(end, window.to) - Math.max(start, window.from);
}

function halves({ low, high }: Span): { left: Span; right: Span } {
  const middle = Math.floor((low + high) / 2);
  return { left: { low, high: middle }, right: { low: middle, high } };
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
