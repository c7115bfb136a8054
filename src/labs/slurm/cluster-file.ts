import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GPU_TYPE, MARKET_PARTITION, OWNER_PARTITION } from "./configuration.ts";
import { inNamespaces } from "./namespaces.ts";
import { CLUSTER_FILE, HISTORY_FILE, SLURM_CONF } from "./paths.ts";
import { GPUS_PER_NODE } from "./plan.ts";
import type { ProcessId } from "./processes.ts";
import { TENANTS } from "./users.ts";

/** Writes the file with which `spillway serve --cluster` sells from a lab. @returns its path */
export function writeClusterFile(dir: string, first: ProcessId): string {
  const file = join(dir, CLUSTER_FILE);
  writeFileSync(file, `${JSON.stringify({ clusters: [clusterOf(first)] }, null, 2)}\n`);
  return file;
}

/** The lab's tools are reached through its namespaces; where its first process has ended, they are not. */
function clusterOf(first: ProcessId) {
  return {
    name: "lab",
    kind: "slurm",
    reach: {
      through: inNamespaces(first),
      slurm_conf: SLURM_CONF,
      // The tools run as root there already.
      become: ["runuser", "-u"],
    },
    users: Object.fromEntries(TENANTS.map(({ name }) => [name, name])),
    pools: [
      {
        id: "lab",
        sku: GPU_TYPE.toUpperCase(),
        site: "lab",
        price: "2.00",
        partition: OWNER_PARTITION,
        market_partition: MARKET_PARTITION,
        gres: `gpu:${GPU_TYPE}`,
        fabrics: "topology",
        lot: GPUS_PER_NODE,
        history: HISTORY_FILE,
      },
    ],
  };
}
