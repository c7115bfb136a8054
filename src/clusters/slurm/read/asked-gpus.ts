import type { GpuCounts } from "../seen.ts";
import { countsOfGres, timesCounts } from "./gpu-counts.ts";
import { textOrNull } from "./words.ts";

/** A job's request as it was written: for clusters whose accounting doesn't count GPUs. */
export interface GpuRequest {
  readonly perJob: string | null | undefined;
  readonly perNode: string | null | undefined;
  readonly perTask: string | null | undefined;
  readonly perSocket: string | null | undefined;
  readonly nodes: number;
  readonly tasks: number;
  /** Of a node. */
  readonly sockets: number;
}

/** The largest that the request says: each is a bound of its own. */
export function askedGpus(request: GpuRequest): GpuCounts {
  const { nodes, tasks, sockets } = request;
  const asked: readonly (readonly [string | null | undefined, number])[] = [
    [request.perJob, 1],
    [request.perNode, nodes],
    [request.perTask, tasks],
    [request.perSocket, nodes * sockets],
  ];
  const counts = asked.map(([text, times]) =>
    timesCounts(countsOfGres(textOrNull(text) ?? ""), times),
  );
  return counts.reduce((most, each) => (each.total > most.total ? each : most));
}
