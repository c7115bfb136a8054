import { SlurmFault } from "../fault.ts";
import type { Ended, Running, SlurmAccess } from "./access.ts";
import { MOST_MS } from "./access.ts";
import { runBounded } from "./bounded.ts";
import { toolCommand } from "./tool-environment.ts";
import { Turns } from "./turns.ts";

/** How a command gets to where Slurm's tools are. */
export interface Way {
  readonly place: string;
  readonly slurmConf: string | null;
  /** What a command starts with that runs there as the user whose name follows. */
  readonly become: readonly string[];
  /** What is run here so that the command runs there. */
  readonly wrap: (command: readonly string[]) => readonly string[];
  /** A fault of the way, not of the tool; null: the tool has answered. */
  readonly faultOf: (ended: Ended) => SlurmFault | null;
}

/** Of Slurm's tools where they are. */
export interface Tools {
  /** Their configuration; null: where they look for it. */
  readonly slurmConf?: string | null;
  readonly become?: Way["become"];
}

export const SUDO: Way["become"] = ["sudo", "-n", "-u"];

const AT_ONCE = 4;
/** The tool is killed where it runs; this process gives up a little later. */
const GRACE_MS = 500;
/** As `timeout` ends: the tool is not there, cannot be run, or was killed. */
const NOT_THERE = 127;
const NOT_RUNNABLE = 126;
const KILLED = 137;

export function toolAccess(way: Way): SlurmAccess {
  const turns = new Turns(AT_ONCE);
  return {
    place: way.place,
    run: (tool, args, running = {}) => turns.take(() => runThere(way, tool, args, running)),
  };
}

async function runThere(
  way: Way,
  tool: string,
  args: readonly string[],
  { input = "", mostMs = MOST_MS, as }: Running,
): Promise<Ended> {
  const { place, slurmConf } = way;
  const becoming = as === undefined ? [] : [...way.become, as, "--"];
  const command = way.wrap(toolCommand({ tool, args, mostMs, slurmConf, becoming }));
  const ended = await runBounded(command, process.env, { input, mostMs: mostMs + GRACE_MS });
  if (ended === "not_there") {
    throw new SlurmFault("tool_missing", `this machine has no ${command[0] ?? tool}`);
  }
  if (ended === "late" || ended.code === KILLED) {
    const sentence = `${tool} on ${place} did not answer within ${mostMs / 1_000} s`;
    throw new SlurmFault("unreachable", sentence);
  }
  const fault = way.faultOf(ended);
  if (fault !== null) throw fault;
  if (ended.code === NOT_THERE || ended.code === NOT_RUNNABLE) {
    throw new SlurmFault("tool_missing", `${tool} cannot be run on ${place}`);
  }
  return ended;
}
