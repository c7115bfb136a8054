import type { MarketRun } from "./market-runs-text.ts";
import type { Reserved } from "./reserved-text.ts";

/**
 * Runs with the names of their reservations. sacct knows a run's reservation by its number and leaves the name out where
 * the run began in the very second in which the reservation did.
 */
export function namedRuns(
  runs: readonly MarketRun[],
  reserved: readonly Reserved[],
): readonly MarketRun[] {
  return runs.map((run) => {
    const name = run.reservation ?? nameOf(run, reserved);
    return Object.assign({}, run, { reservation: name });
  });
}

/** Numbers begin anew where slurmctld has lost its state: the time must fit too. */
function nameOf({ reservationId, start }: MarketRun, reserved: readonly Reserved[]): string | null {
  const own = reserved.find(
    (each) =>
      each.id === reservationId && each.start <= start && (each.end === null || start <= each.end),
  );
  return own?.reservation ?? null;
}
