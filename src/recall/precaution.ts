/**
 * Recalls given before the need: at each new forecast, a contract that would be out of reach by the next one is
 * recalled if the owner's safety asks for it.
 *
 * A contract at notice `n` can be freed for `now + n` only if it is told now. So what must hold at
 * `[now + n, next + n)` is decided at this forecast, rung by rung; later times can wait for a better forecast.
 */
import type { Holdings } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import type { Ladder, LadderRung } from "../surplus/ladder.ts";
import { safeOver } from "../surplus/ladder.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { isFirm, later, latest } from "../units.ts";
import { recallable } from "./candidates.ts";
import type { Taking } from "./take-back.ts";
import { takeBack } from "./take-back.ts";

/** What the new ladder asks to be taken back now, all of it under its notice. */
export function precautions(
  holdings: Holdings,
  policy: Policy,
  ladder: Ladder,
  untilNext: DurationMs,
): Taking[] {
  const next = later(ladder.at, untilNext);
  return ladder.rungs.flatMap((rung) => precaution(holdings, policy, ladder, rung, next));
}

function precaution(
  holdings: Holdings,
  policy: Policy,
  ladder: Ladder,
  rung: LadderRung,
  next: EpochMs,
): Taking[] {
  if (isFirm(rung.notice)) return [];
  const due = latest(later(ladder.at, rung.notice), next);
  const end = later(next, rung.notice);
  const worst = worstExcess(holdings, ladder, rung, due, end);
  if (worst.excess <= 0) return [];
  const candidates = recallable(holdings, policy, [rung.notice], ladder.at, due, worst.at);
  return takeBack(candidates, worst.excess, policy.lot);
}

/** Where, between `from` and `to`, most is held at the rung's notice or longer beyond what is safe. */
function worstExcess(
  holdings: Holdings,
  ladder: Ladder,
  rung: LadderRung,
  from: EpochMs,
  to: EpochMs,
): { excess: number; at: EpochMs } {
  let worst = { excess: 0, at: from };
  for (const piece of safeOver(ladder, rung, { start: from, end: to })) {
    const excess = holdings.heldAtLeast(rung.notice, piece.window) - piece.safe;
    if (excess > worst.excess) worst = { excess, at: piece.window.start };
  }
  return worst;
}
