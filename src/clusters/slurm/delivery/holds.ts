import type { BoundNode } from "../../../delivery/binding.ts";
import { isLive } from "../../../delivery/binding.ts";
import type { Allotment } from "../../../ports.ts";
import type { EpochMs } from "../../../units.ts";
import { ceilTo, durationMs, elapsed, later, latest, MINUTE_MS } from "../../../units.ts";
import { accountOf, reservationOf } from "./names.ts";

/** A reservation as it should be: nodes that a contract has, and nobody else, the owner included. */
export interface Hold {
  readonly reservation: string;
  readonly contract: string;
  readonly account: string;
  /** In order of names. */
  readonly nodes: readonly string[];
  /** Whole seconds, as Slurm has them. */
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Slurm's reservations begin and end with a second. */
const SECOND = durationMs(1_000);
/** How long a reservation outlives a recall of all its nodes: Slurm ends jobs with it, and never before their time. */
const AFTER_RECALL = durationMs(2 * SECOND);

/** How long before it is due a recalled node leaves: until then its holder may still start what ends in time. */
export const LEAVES_BEFORE = durationMs(15 * MINUTE_MS);

/**
 * The reservations of a pool's contracts. Nodes that a contract has already, or has at its start, are in one; nodes that
 * it gets later are in another for each time, until they come to the first. Nodes that are due soon by a recall are in
 * none, so that nothing new starts on them, but where that would leave none: then the reservation ends just after they
 * are due, whoever is alive by then, or as soon as nothing of the holder's runs there any more.
 * @param busy nodes on which a holder's job is
 */
export function holdsOf(
  pool: string,
  allotments: readonly Allotment[],
  busy: ReadonlySet<string>,
  now: EpochMs,
): Hold[] {
  return allotments.flatMap((allotment) => {
    const begin = latest(now, allotment.start);
    const live = allotment.nodes.filter((node) => isLive(node, now));
    const byStart = Map.groupBy(live, ({ start }) => (start <= begin ? allotment.start : start));
    return [...byStart].flatMap(([start, nodes]) => {
      const suffix = start === allotment.start ? "" : `+${start}`;
      const reservation = `${reservationOf(pool, allotment.contract)}${suffix}`;
      return holdOf(allotment, { reservation, start, nodes }, busy, now) ?? [];
    });
  });
}

interface Group {
  readonly reservation: string;
  readonly start: EpochMs;
  readonly nodes: readonly BoundNode[];
}

function holdOf(
  { contract, holder, recalls }: Allotment,
  group: Group,
  busy: ReadonlySet<string>,
  now: EpochMs,
): Hold | null {
  const { reservation, nodes } = group;
  const [account, start] = [accountOf(holder), ceilTo(group.start, SECOND)];
  const soon = recalls.filter(({ due }) => elapsed(now, due) <= LEAVES_BEFORE);
  const dues = new Set(soon.map(({ due }) => due));
  const kept = nodes.filter(({ end }) => !dues.has(end));
  if (kept.length > 0) {
    const end = ceilTo(lastEnd(kept), SECOND);
    return { reservation, contract, account, start, nodes: namesOf(kept), end };
  }
  const due = lastEnd(nodes);
  const last = nodes.filter((node) => node.end === due);
  if (!last.some(({ node }) => busy.has(node))) return null;
  const end = later(ceilTo(due, SECOND), AFTER_RECALL);
  return { reservation, contract, account, start, nodes: namesOf(last), end };
}

function namesOf(nodes: readonly BoundNode[]): string[] {
  return [...new Set(nodes.map(({ node }) => node))].toSorted();
}

function lastEnd(nodes: readonly BoundNode[]): EpochMs {
  return nodes.map(({ end }) => end).reduce(latest);
}
