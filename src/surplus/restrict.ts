import { pieces } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { gpus, minGpus } from "../units.ts";
import type { Ladder, LadderPiece, LadderRung } from "./ladder.ts";

/** The ladder with so many GPUs kept back over time, whatever the forecast says: of what is left, no more may be sold. */
export function restrictLadder(ladder: Ladder, keptBack: Schedule): Ladder {
  if (keptBack.steps.length === 0) return ladder;
  const sellable = ladder.capacity - ladder.reserve;
  const rungs = ladder.rungs.map((rung) => restrictRung(rung, ladder.at, sellable, keptBack));
  return { ...ladder, rungs };
}

function restrictRung(
  rung: LadderRung,
  at: EpochMs,
  sellable: number,
  keptBack: Schedule,
): LadderRung {
  let start = at;
  const restricted: LadderPiece[] = [];
  for (const piece of rung.pieces) {
    if (piece.until <= start) continue;
    for (const part of pieces(keptBack, { start, end: piece.until })) {
      const left = gpus(Math.max(0, sellable - part.gpus));
      restricted.push(bounded(piece, part.end, left));
    }
    start = piece.until;
  }
  return { ...rung, pieces: restricted };
}

function bounded({ safe, sellable }: LadderPiece, until: EpochMs, most: Gpus): LadderPiece {
  return { until, safe: minGpus(safe, most), sellable: minGpus(sellable, most) };
}
