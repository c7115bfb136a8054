import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import { earliest, latest, NO_GPUS } from "../units.ts";
import { chanceAtMost } from "./quantiles.ts";

/**
 * How many GPUs may be sold at each notice, by time, and at what price.
 *
 * A rung's bound limits the GPUs sold *at its notice or longer*. It is the lowest of:
 * - the owner's safety: while a contract of this notice can no longer be recalled (`t < now + notice`), what is
 *   locked must leave room for the owner's demand at quantile 1 − ε;
 * - the cover of surprises: what can be freed within an allowed wait must cover the run that may wait so long;
 * - the buyers' promise: the chance that demand needs these GPUs before `t` stays at the rung's maximum;
 * - worth: a sale is expected to earn more than its recall would cost.
 */
export interface Ladder {
  readonly at: EpochMs;
  /** Nothing is sold on it from then on, for too little is known of the owner's demand; absent: it holds as its pieces do. */
  readonly validUntil?: EpochMs;
  /** The owner's capacity when it was made, and the part of it that is never sold. */
  readonly capacity: Gpus;
  readonly reserve: Gpus;
  /** Quantiles of the owner's highest demand from the forecast's origin until each time, as shares of capacity. */
  readonly peaks: readonly DemandPeak[];
  /** Longest notice first. */
  readonly rungs: readonly LadderRung[];
}

export interface DemandPeak {
  readonly until: EpochMs;
  /** At the levels of QUANTILES. */
  readonly quantiles: Float64Array;
}

export interface LadderRung {
  readonly notice: Notice;
  readonly price: MicroUsdPerGpuHour;
  readonly duration: DurationMs;
  /**
   * GPUs by which the forecast must clear demand before this rung's contracts are left alone: precaution recalls them
   * sooner than need alone would.
   */
  readonly margin: Gpus;
  /** In ascending time; a piece holds from the one before it (or from `at`) until its own end. Nothing after the last. */
  readonly pieces: readonly LadderPiece[];
}

export interface LadderPiece {
  readonly until: EpochMs;
  /** Owner's safety and cover: longer notices count towards it too, and are bound by it. */
  readonly safe: Gpus;
  /** At most `safe`: the promise of this notice before `until`, and its worth. Binds sales at this notice alone. */
  readonly sellable: Gpus;
}

/** The ladder on which nothing more is sold. */
export function emptiedLadder(ladder: Ladder): Ladder {
  const { validUntil: _, ...rest } = ladder;
  return { ...rest, rungs: ladder.rungs.map((rung) => ({ ...rung, pieces: [] })) };
}

/** A piece of a rung's bounds within some window. */
export interface SafePiece {
  readonly window: Window;
  readonly safe: Gpus;
  readonly sellable: Gpus;
}

/** The rung's bounds through the window, piece by piece; nothing may be sold beyond the ladder's last piece. */
export function safeOver(ladder: Ladder, rung: LadderRung, window: Window): SafePiece[] {
  const found: SafePiece[] = [];
  let start = ladder.at;
  for (const { until, safe, sellable } of rung.pieces) {
    const part = { start: latest(start, window.start), end: earliest(until, window.end) };
    if (part.start < part.end) found.push({ window: part, safe, sellable });
    start = until;
  }
  if (start < window.end) {
    const beyond = { start: latest(start, window.start), end: window.end };
    found.push({ window: beyond, safe: NO_GPUS, sellable: NO_GPUS });
  }
  return found;
}

/**
 * GPUs that may still be sold at `rung` through `window`: `held` tells what is sold at its notice or longer. It is asked
 * once for each stretch of pieces whose bound is the same.
 */
export function roomOnRung(
  ladder: Ladder,
  rung: LadderRung,
  bound: "safe" | "sellable",
  window: Window,
  held: (window: Window) => Gpus,
): number {
  let room = Infinity;
  let start = latest(ladder.at, window.start);
  let [end, level] = [start, NO_GPUS];
  for (const piece of rung.pieces) {
    if (end >= window.end) break;
    if (piece.until <= end) continue;
    if (piece[bound] !== level && start < end) {
      room = Math.min(room, level - held({ start, end }));
      if (room <= 0) return 0;
      start = end;
    }
    level = piece[bound];
    end = earliest(piece.until, window.end);
  }
  if (end < window.end) return 0;
  return start < end ? Math.max(0, Math.min(room, level - held({ start, end }))) : room;
}

/**
 * The forecast's chance that demand, with the rung's margin, leaves fewer than `beside` GPUs of the sellable capacity
 * at some instant before `end`.
 */
export function chanceOfNeed(
  ladder: Ladder,
  rung: LadderRung,
  beside: number,
  end: EpochMs,
): number {
  const peak = ladder.peaks.find((candidate) => candidate.until >= end) ?? ladder.peaks.at(-1);
  if (peak === undefined) return 1;
  const left = ladder.capacity - ladder.reserve - rung.margin - beside;
  return 1 - chanceAtMost(peak.quantiles, left / Math.max(1, ladder.capacity));
}
