import type { ClusterStatus, PoolStatus, Problem } from "../clusters/slurm/status.ts";

/** What `spillway cluster status` prints of a cluster. */
export function clusterStatusPage(status: ClusterStatus): string {
  const { name, place, problems, pools } = status;
  return [
    `Cluster ${name}, by ${place}`,
    ...(status.version === null ? [] : seenLines(status)),
    ...problems.map(problemLine),
    ...pools.flatMap(poolLines),
    "",
  ].join("\n");
}

function seenLines({ version, user, level, clockOffsetMs, readMs }: ClusterStatus): string[] {
  const offset = clockOffsetMs ?? 0;
  const seconds = (Math.abs(offset) / 1_000).toFixed(1);
  const clock = offset === 0 ? "as this one" : `${seconds} s ${offset > 0 ? "ahead" : "behind"}`;
  const who = user === null ? "unknown" : `${user} (level ${level ?? "unknown"})`;
  return [
    `  Slurm     ${version ?? "unknown"}, read in ${readMs ?? 0} ms`,
    `  asked by  ${who}`,
    `  clock     ${clock}`,
  ];
}

function poolLines(pool: PoolStatus): string[] {
  const fabrics = pool.fabrics.map(
    ({ id, gpus, gpusUp, nodes, nodesUp, nodesFree }) =>
      `    ${id.padEnd(18)} ${nodesUp} of ${nodes} nodes up, ${gpusUp} of ${gpus} GPUs; ${nodesFree} free as a whole`,
  );
  return [
    `  pool ${pool.id}`,
    ...fabrics,
    `    owner              uses or waits for ${pool.ownerDemand} GPUs, ${pool.declaredRuns} runs are known`,
    `    left over now      ${pool.idle} GPUs`,
    ...pool.problems.map(problemLine),
  ];
}

function problemLine({ state, sentence }: Problem): string {
  return `  ! ${state}: ${sentence}`;
}
