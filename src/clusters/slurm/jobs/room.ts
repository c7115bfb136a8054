import type { Allotment, JobRefusal, JobRequest } from "../../../ports.ts";
import type { DurationMs, EpochMs, Gpus } from "../../../units.ts";
import { durationMs, earlier, elapsed, gpus, latest, MINUTE_MS } from "../../../units.ts";
import type { BoundNode } from "../../../delivery/binding.ts";
import { isLive } from "../../../delivery/binding.ts";
import { LEAVES_BEFORE } from "../delivery/holds.ts";

/** What of a contract's a job gets. */
export interface Room {
  readonly nodes: number;
  /** Names of nodes that are given back before it would end. */
  readonly excluded: readonly string[];
  readonly gpusPerNode: Gpus;
  readonly isWhole: boolean;
  /** Whole minutes. */
  readonly timeLimit: DurationMs;
}

/** From a submission to the job's start. */
const START_MS = durationMs(20_000);

/**
 * What a job gets of the nodes that the contract has, or has at its start: those that last longest. If it doesn't say how
 * long it needs, it gets those that are not recalled, but where all are; else those that last so long.
 */
export function roomFor(
  request: Pick<JobRequest, "nodes" | "gpusPerNode" | "timeLimit">,
  allotment: Allotment,
  now: EpochMs,
): Room | JobRefusal {
  const begin = latest(now, allotment.start);
  const there = allotment.nodes.filter((node) => node.start <= begin && isLive(node, begin));
  if (there.length === 0) return "not_delivered_yet";
  const limit = request.timeLimit === null ? null : upToMinutes(request.timeLimit);
  const nodes = there
    .filter((node) => !isDueSoon(node, allotment, begin))
    .toSorted((a, b) => b.end - a.end);
  const longest = lasts(nodes[0], begin);
  if (longest < MINUTE_MS) return "contract_over";
  const fitting = nodes.filter((node) => lasts(node, begin) >= (limit ?? MINUTE_MS));
  const count = request.nodes ?? (limit === null ? kept(fitting, allotment) : fitting).length;
  const chosen = nodes.slice(0, Math.max(count, 1));
  const size = gpus(Math.min(...chosen.map((node) => node.gpus)));
  const gpusPerNode = request.gpusPerNode === null ? size : gpus(request.gpusPerNode);
  if (count > nodes.length || gpusPerNode > size) return "job_too_large";
  const left = lasts(chosen.at(-1), begin);
  const timeLimit = limit ?? left;
  if (timeLimit > left || timeLimit < MINUTE_MS) return "job_too_long";
  const excluded = there.filter((node) => lasts(node, begin) < timeLimit).map(({ node }) => node);
  return { nodes: count, excluded, gpusPerNode, isWhole: gpusPerNode === size, timeLimit };
}

function isDueSoon({ end }: BoundNode, { recalls }: Allotment, begin: EpochMs): boolean {
  return recalls.some(({ due }) => due === end && elapsed(begin, due) <= LEAVES_BEFORE);
}

/** Those that are not recalled; all, where all are. */
function kept(nodes: readonly BoundNode[], { recalls }: Allotment): readonly BoundNode[] {
  const own = nodes.filter(({ end }) => !recalls.some(({ due }) => due === end));
  return own.length > 0 ? own : nodes;
}

/** How long a job can run on it, in whole minutes. */
function lasts(node: BoundNode | undefined, begin: EpochMs): DurationMs {
  if (node === undefined) return durationMs(0);
  const left = elapsed(begin, earlier(node.end, START_MS));
  return durationMs(Math.floor(left / MINUTE_MS) * MINUTE_MS);
}

function upToMinutes(time: DurationMs): DurationMs {
  return durationMs(Math.ceil(time / MINUTE_MS) * MINUTE_MS);
}
