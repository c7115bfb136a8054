import type { Allotment, JobRefusal, JobRequest } from "../../../ports.ts";
import type { DurationMs, EpochMs, Gpus } from "../../../units.ts";
import { durationMs, earlier, earliest, elapsed, gpus, latest, MINUTE_MS } from "../../../units.ts";
import type { BoundNode } from "../../../delivery/binding.ts";
import { isLive } from "../../../delivery/binding.ts";
import { holdsOf } from "../delivery/holds.ts";
import { reservationOf } from "../delivery/names.ts";

/** What of a contract's a job gets. */
export interface Room {
  readonly nodes: number;
  readonly gpusPerNode: Gpus;
  readonly isWhole: boolean;
  /** Whole minutes. */
  readonly timeLimit: DurationMs;
}

/** From a submission to the job's start: one that could not end before its reservation does is never started. */
const START_MS = durationMs(20_000);

/**
 * What a job gets of the nodes that the contract has, or has at its start; of nodes that are recalled, nothing, but where
 * all are.
 */
export function roomFor(
  request: Pick<JobRequest, "nodes" | "gpusPerNode" | "timeLimit">,
  allotment: Allotment,
  pool: string,
  now: EpochMs,
): Room | JobRefusal {
  const begin = latest(now, allotment.start);
  const nodes = heldAt(allotment, pool, now, begin);
  if (nodes.length === 0) return "not_delivered_yet";
  const end = nodes.map((each) => each.end).reduce(earliest);
  const left = wholeMinutes(elapsed(begin, earlier(end, START_MS)));
  if (left < MINUTE_MS) return "contract_over";
  const size = gpus(Math.min(...nodes.map((node) => node.gpus)));
  const gpusPerNode = request.gpusPerNode === null ? size : gpus(request.gpusPerNode);
  const wanted = request.nodes ?? nodes.length;
  if (wanted > nodes.length || gpusPerNode > size) return "job_too_large";
  const timeLimit = request.timeLimit === null ? left : upToMinutes(request.timeLimit);
  if (timeLimit > left) return "job_too_long";
  return { nodes: wanted, gpusPerNode, isWhole: gpusPerNode === size, timeLimit };
}

/** Those in the contract's first reservation. */
function heldAt(allotment: Allotment, pool: string, now: EpochMs, begin: EpochMs): BoundNode[] {
  const name = reservationOf(pool, allotment.contract);
  const hold = holdsOf(pool, [allotment], now).find(({ reservation }) => reservation === name);
  const names = new Set(hold?.nodes);
  return allotment.nodes.filter(
    (each) => names.has(each.node) && each.start <= begin && isLive(each, begin),
  );
}

function wholeMinutes(time: DurationMs): DurationMs {
  return durationMs(Math.floor(time / MINUTE_MS) * MINUTE_MS);
}

function upToMinutes(time: DurationMs): DurationMs {
  return durationMs(Math.ceil(time / MINUTE_MS) * MINUTE_MS);
}
