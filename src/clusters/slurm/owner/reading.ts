import { usedByOthers } from "../../../delivery/used-by-others.ts";
import type { ClusterReading } from "../../../ports.ts";
import { EMPTY } from "../../../schedule/schedule.ts";
import type { DurationMs, EpochMs } from "../../../units.ts";
import { addGpus, elapsed, floorTo, later, MINUTE_MS, NO_GPUS } from "../../../units.ts";
import type { SlurmSeen } from "../seen.ts";
import { needsOf } from "./needs.ts";
import { gpusByFabric, nodesOfPool, type SlurmPool } from "./pool.ts";
import { seenNodes } from "./seen-nodes.ts";

export interface ReadingSetup {
  readonly pool: SlurmPool;
  /** The fabrics that the pool was opened with: nothing else is sold, whatever switches are added since. */
  readonly fabrics: readonly string[];
  /** From one reading to the next: what is declared for the coming step is demand already. */
  readonly step: DurationMs;
}

/** The owner's side of a picture. */
export function readingOf(seen: SlurmSeen, setup: ReadingSetup, now: EpochMs): ClusterReading {
  const { pool, step } = setup;
  const needs = needsOf(seen, pool, now);
  // By the minute, as schedules go: whoever compares with what is declared counts it from then on.
  const soon = needs.filter(({ start }) => floorTo(start, MINUTE_MS) < later(now, step));
  const up = gpusByFabric(nodesOfPool(seen, pool).filter(({ isUp }) => isUp));
  const used = usedByOthers(seenNodes(seen, pool, now), now);
  const sizes = new Map(up.map(({ id, gpus }) => [id, gpus]));
  return {
    demand: soon.reduce((sum, need) => addGpus(sum, need.gpus), NO_GPUS),
    fabrics: setup.fabrics.map((id) => {
      return { id, gpus: sizes.get(id) ?? NO_GPUS, used: used.get(id) ?? EMPTY };
    }),
    declared: needs.map(({ id, name, gpus, start, end }) => ({
      id: `slurm-${pool.id}-${id}`,
      name,
      start,
      duration: elapsed(start, end),
      gpus,
    })),
  };
}
