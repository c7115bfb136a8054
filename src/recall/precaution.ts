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
import type { DurationMs, EpochMs, Window } from "../units.ts";
import { ceilTo, isFirm, later, latest, MINUTE_MS } from "../units.ts";
import { recallable } from "./candidates.ts";
import type { Taking } from "./take-back.ts";
import { freedAt, lessTaken, takeBack } from "./take-back.ts";

/** What the new ladder asks to be taken back now, all of it under its notice. */
export function precautions(
  holdings: Holdings,
  policy: Policy,
  ladder: Ladder,
  untilNext: DurationMs,
): Taking[] {
  const takings: Taking[] = [];
  for (const rung of ladder.rungs) {
    if (!isFirm(rung.notice)) relieve(holdings, policy, ladder, rung, untilNext, takings);
  }
  return takings;
}

/**
 * Adds what this rung must give to what longer notices give already, for that makes room here too. The worst instant
 * goes first: what is taken for it often serves the others.
 */
function relieve(
  holdings: Holdings,
  policy: Policy,
  ladder: Ladder,
  rung: LadderRung,
  untilNext: DurationMs,
  takings: Taking[],
): void {
  const now = ceilTo(ladder.at, MINUTE_MS);
  const next = later(now, untilNext);
  const due = latest(later(now, rung.notice), next);
  const locked = { start: due, end: later(next, rung.notice) };
  for (const { at, excess } of excesses(holdings, ladder, rung, locked, takings)) {
    const lacking = excess - freedAt(takings, at);
    if (lacking <= 0) continue;
    const candidates = recallable(holdings, policy, [rung.notice], now, due, at);
    takings.push(...takeBack(lessTaken(candidates, takings), lacking, policy.lot));
  }
}

/** What is held at the rung's notice or longer beyond what is safe, at each instant of the window at which it changes. */
function excesses(
  holdings: Holdings,
  ladder: Ladder,
  rung: LadderRung,
  window: Window,
  takings: readonly Taking[],
): { at: EpochMs; excess: number }[] {
  if (window.start >= window.end) return [];
  return safeOver(ladder, rung, window)
    .flatMap(({ window: piece, safe }) =>
      changesIn(holdings, piece, takings).map((at) => {
        const instant = { start: at, end: later(at, MINUTE_MS) };
        return { at, excess: holdings.heldAtLeast(rung.notice, instant) - safe };
      }),
    )
    .filter(({ excess }) => excess > 0)
    .sort((a, b) => b.excess - a.excess || a.at - b.at);
}

function changesIn(holdings: Holdings, window: Window, takings: readonly Taking[]): EpochMs[] {
  const times = new Set(holdings.steps(window).map((step) => step.at));
  for (const { due } of takings) if (due > window.start && due < window.end) times.add(due);
  return [...times];
}
