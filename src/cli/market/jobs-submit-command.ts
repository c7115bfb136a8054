import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Job } from "../../client/shapes.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { print } from "./output.ts";

interface Options extends Asking {
  readonly image?: string;
  readonly name?: string;
  readonly nodes?: string;
  readonly gpusPerNode?: string;
  readonly tasks?: string;
  readonly cpusPerTask?: string;
  readonly memoryGib?: string;
  readonly time?: string;
  readonly noticeSignal?: string;
}

const EXAMPLES = `  spillway jobs submit ord_7f3k.0 train.sh
  spillway jobs submit ord_7f3k.0 train.sh --nodes 1 --gpus-per-node 4 --time 2h --notice-signal USR1
  spillway jobs submit ord_7f3k.0 --image docker://python:3.13 python train.py
`;

const STANDARD_INPUT = 0;

export function jobsSubmitCommand(): Command {
  const description = "Run a script, or a container's command, on a contract's nodes.";
  return clientCommand("submit", description, EXAMPLES)
    .argument("<CONTRACT>")
    .argument(
      "<WORK...>",
      "a script's file, - for standard input; with --image, the command, behind -- if it has options",
    )
    .option("--image <IMAGE>", "run the command in a container of this image")
    .option("--name <NAME>", "of the job")
    .option("--nodes <N>", "left out: all that the contract has")
    .option("--gpus-per-node <N>", "left out: all that a node has")
    .option("--tasks <N>", "how often the work is started; left out: once a node")
    .option("--cpus-per-task <N>", "processors")
    .option("--memory-gib <N>", "of a node")
    .option("--time <DURATION>", "end it after so long: 90m, 4h; left out: with the contract")
    .option("--notice-signal <SIGNAL>", "TERM, INT, USR1 or USR2, when a recall meets it")
    .action(async (contract: string, work: readonly string[], options: Options) => {
      const body = bodyOf(work, options);
      const address = path`/v1/contracts/${contract}/jobs`;
      const job = await ask<Job>(loginFrom(options), "POST", address, { body });
      print(job, options.json, () => `Job ${job.id} is ${job.status}, with ${job.gpus} GPUs.`);
    });
}

function bodyOf(work: readonly string[], options: Options) {
  return {
    ...workOf(work, options),
    name: options.name,
    nodes: countOf("--nodes", options.nodes),
    gpus_per_node: countOf("--gpus-per-node", options.gpusPerNode),
    tasks: countOf("--tasks", options.tasks),
    cpus_per_task: countOf("--cpus-per-task", options.cpusPerTask),
    memory_gib_per_node: countOf("--memory-gib", options.memoryGib),
    time_limit: options.time,
    notice_signal: options.noticeSignal,
  };
}

/** @throws UsageError */
function workOf(work: readonly string[], { image }: Options) {
  if (image !== undefined) return { container: { image, command: work } };
  const [file = "", ...rest] = work;
  if (rest.length > 0) {
    throw new UsageError("a job is one script: its arguments stand in it, or --image is missing");
  }
  return { script: scriptIn(file) };
}

function scriptIn(file: string): string {
  try {
    return readFileSync(file === "-" ? STANDARD_INPUT : file, "utf8");
  } catch (fault) {
    throw new UsageError(`the script ${file} cannot be read`, { cause: fault });
  }
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,5}$/.test(text)) {
    return text === undefined ? undefined : Number(text);
  }
  throw new UsageError(`${option} is a whole number from 1 on, not "${text}"`);
}
