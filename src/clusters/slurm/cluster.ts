import type { Cluster, ClusterReading } from "../../ports.ts";
import type { HourUsage } from "../../fleet/usage.ts";
import type { DurationMs, EpochMs } from "../../units.ts";
import { DAY_MS, durationMs, earlier } from "../../units.ts";
import { Turns } from "./access/turns.ts";
import { historyOf, slicesOf } from "./owner/history.ts";
import { gpusOfNodes } from "./owner/gpus-of-job.ts";
import { nodesOfPool } from "./owner/pool.ts";
import { readingOf, type ReadingSetup } from "./owner/reading.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmSeen } from "./seen.ts";

export interface SlurmSetup extends ReadingSetup {
  /** How far back the accounting is asked. */
  readonly historyWindow?: DurationMs;
  /** Hours of the owner's demand from before what the accounting knows. */
  readonly before?: readonly HourUsage[];
}

/** Eight weeks: the forecast compares hours of the same weekday. */
const HISTORY = durationMs(56 * DAY_MS);

/** Questions at a time to the accounting, which serves the owner too. */
const AT_ONCE = 2;

/**
 * A pool of a real Slurm, but for its meter.
 * @param sight the cluster's picture, shared by its pools
 */
export function slurmCluster(
  reader: SlurmReader,
  sight: () => Promise<SlurmSeen>,
  setup: SlurmSetup,
): Omit<Cluster, "meter"> {
  return {
    pool: setup.pool.id,
    history: (until) => readHistory(reader, sight, setup, until),
    read: async (now): Promise<ClusterReading> => readingOf(await sight(), setup, now),
  };
}

async function readHistory(
  reader: SlurmReader,
  sight: () => Promise<SlurmSeen>,
  { pool, historyWindow = HISTORY, before = [] }: SlurmSetup,
  until: EpochMs,
): Promise<readonly HourUsage[]> {
  const nodes = nodesOfPool(await sight(), pool);
  const { gpuType } = pool;
  const names = new Set(nodes.map(({ name }) => name));
  const turns = new Turns(AT_ONCE);
  const slices = slicesOf(until, historyWindow);
  const runs = await Promise.all(slices.map((slice) => turns.take(() => reader.pastRuns(slice))));
  const window = { start: earlier(until, historyWindow), end: until };
  const place = { nodes: names, gpuType, capacity: gpusOfNodes(nodes) };
  return historyOf(runs.flat(), window, place, before);
}
