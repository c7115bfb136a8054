import { join, resolve } from "node:path";
import type { Command } from "commander";
import { bringUp, labAt } from "../labs/slurm/lab.ts";
import { CLUSTER_FILE } from "../labs/slurm/paths.ts";
import { LabError } from "../labs/slurm/lab-error.ts";
import { FEWEST_NODES, GPUS_PER_NODE, MOST_NODES, nodesOf } from "../labs/slurm/plan.ts";
import { HERE, labSubcommand, type Place } from "./lab-place.ts";
import { UsageError } from "./options.ts";
import { startSteps } from "./steps.ts";

interface Options extends Place {
  readonly nodes?: string;
}

const NODES = 4;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const EXAMPLES = `  spillway lab slurm up
  spillway lab slurm up --dir /tmp/big --nodes 64
`;

export function labUpCommand(): Command {
  const description = "Bring a lab up; half a minute. Ctrl-C leaves nothing behind.";
  return labSubcommand("up", description, EXAMPLES)
    .option("--nodes <COUNT>", `nodes of ${GPUS_PER_NODE} GPUs; ${NODES} if left out`)
    .action(up);
}

async function up({ dir, nodes }: Options): Promise<void> {
  const place = resolve(dir);
  const wanted = nodes === undefined ? null : parseNodes(nodes);
  const isThere = isUp(place, wanted);
  if (!isThere) await bringUpAtTerminal(place, wanted ?? NODES);
  const option = dir === HERE ? "" : ` --dir ${dir}`;
  process.stdout.write(
    `The lab in ${place} is up${isThere ? " already" : ""}. Next:
  spillway lab slurm exec${option} sinfo
  spillway cluster status --cluster ${join(dir, CLUSTER_FILE)}
  spillway serve --cluster ${join(dir, CLUSTER_FILE)}\n`,
  );
}

/** @param nodes null: any number will do */
function isUp(dir: string, nodes: number | null): boolean {
  const lab = labAt(dir);
  if (lab === null) return false;
  const has = nodesOf(lab.plan).length;
  if (nodes === null || nodes === has) return true;
  const sentence = `the lab in ${dir} is up with ${has} nodes: take it down first to have ${nodes}`;
  throw new LabError("refused", sentence);
}

async function bringUpAtTerminal(dir: string, nodes: number): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of SIGNALS) process.on(signal, end);
  const steps = startSteps(process.stderr);
  try {
    await bringUp(dir, nodes, { progress: steps.begin, signal: ending.signal });
  } finally {
    steps.end();
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

function parseNodes(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= FEWEST_NODES && count <= MOST_NODES) return count;
  throw new UsageError(
    `--nodes is a whole number from ${FEWEST_NODES} to ${MOST_NODES}, not "${text}"`,
  );
}
