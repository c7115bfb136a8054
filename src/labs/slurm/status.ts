import { join } from "node:path";
import { type Ended, runInside } from "./inside.ts";
import { type Lab, labAt } from "./lab.ts";
import { REST_SOCKET } from "./paths.ts";
import { type LabProcess, processesBeside } from "./processes.ts";
import { readRecord, stateOf } from "./record.ts";

/** What is to be seen of a lab. */
export type LabStatus =
  | { readonly state: "absent" | "starting" | "remains"; readonly dir: string }
  | UpStatus;

export interface UpStatus {
  readonly state: "up";
  readonly dir: string;
  readonly nodes: readonly NodeStatus[];
  /** The lab's daemons that ought to be there and are not. */
  readonly missing: readonly string[];
  /** As the machine numbers them. */
  readonly processes: readonly LabProcess[];
  /** Where slurmrestd listens, for callers on the machine. */
  readonly restSocket: string;
  /** Whether Slurm keeps a job from the GPUs that it was not given. */
  readonly constrainsDevices: boolean;
}

export interface NodeStatus {
  readonly name: string;
  readonly fabric: string;
  /** In Slurm's own word, `unknown` where slurmctld does not answer. */
  readonly state: string;
}

const DAEMONS = ["munged", "mariadbd", "slurmdbd", "slurmctld", "slurmrestd"];
const MOST_MS = 5_000;

export async function statusOf(dir: string): Promise<LabStatus> {
  const lab = labAt(dir);
  if (lab !== null) return upStatus(lab);
  const record = readRecord(dir);
  // What was up a moment ago may have ended since.
  const state = record === null ? "absent" : stateOf(record);
  return { dir, state: state === "up" ? "remains" : state };
}

async function upStatus({ plan, first }: Lab): Promise<UpStatus> {
  const sinfo = await runInside(first, ["sinfo", "-hN", "-o", "%N %T"], { mostMs: MOST_MS });
  const states = statesOf(sinfo);
  const processes = processesBeside(first.pid);
  const nodes = plan.fabrics.flatMap(({ name: fabric, nodes }) =>
    nodes.map(({ name }) => ({ name, fabric, state: states.get(name) ?? "unknown" })),
  );
  return {
    state: "up",
    dir: plan.dir,
    nodes,
    missing: missingOf(
      processes.map(({ command }) => command),
      nodes.map(({ name }) => name),
    ),
    processes,
    restSocket: join(plan.dir, REST_SOCKET),
    constrainsDevices: plan.tracking === "cgroup",
  };
}

function statesOf({ stdout }: Ended): ReadonlyMap<string, string> {
  const lines = stdout.split("\n").map((line) => line.split(" "));
  return new Map(lines.map(([name = "", state = ""]) => [name, state]));
}

/** @param commands of all the lab's processes */
export function missingOf(commands: readonly string[], nodes: readonly string[]): string[] {
  const words = commands.map((command) => command.split(" "));
  const daemons = DAEMONS.filter((name) => words.every(([program]) => program !== name));
  const served = new Set(
    words.flatMap(([program, flag, node]) => (program === "slurmd" && flag === "-N" ? [node] : [])),
  );
  return [
    ...daemons,
    ...nodes.filter((name) => !served.has(name)).map((name) => `slurmd -N ${name}`),
  ];
}
