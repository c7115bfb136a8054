import { pieces } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Gpus } from "../units.ts";
import { gpus } from "../units.ts";
import type { Ladder, LadderPiece } from "./ladder.ts";

/**
 * The ladder with so many GPUs kept back over time, whatever the forecast says: of what is left beside its reserve, no
 * more may be sold.
 */
export function restrictLadder(ladder: Ladder, keptBack: Schedule): Ladder {
  const sellable = ladder.capacity - ladder.reserve;
  return divided(ladder, keptBack, (bound, kept) => Math.min(bound, Math.max(0, sellable - kept)));
}

/** The ladder of a pool of which so many GPUs are gone over time: the owner's demand has to fit into the others. */
export function diminishLadder(ladder: Ladder, missing: Schedule): Ladder {
  return divided(ladder, missing, (bound, gone) => Math.max(0, bound - gone));
}

/** Each piece is divided where the schedule changes, and bound anew. */
function divided(
  ladder: Ladder,
  schedule: Schedule,
  rebound: (bound: Gpus, level: Gpus) => number,
): Ladder {
  const rungs = ladder.rungs.map((rung) => {
    let start = ladder.at;
    const bounds = rung.pieces.flatMap(({ until, safe, sellable }): LadderPiece[] => {
      if (until <= start) return [];
      const parts = pieces(schedule, { start, end: until });
      start = until;
      return parts.map(({ end, gpus: level }) => ({
        until: end,
        safe: gpus(rebound(safe, level)),
        sellable: gpus(rebound(sellable, level)),
      }));
    });
    return { ...rung, pieces: bounds };
  });
  return { ...ladder, rungs };
}
