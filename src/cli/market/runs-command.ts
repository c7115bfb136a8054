import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { RunResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";
import { takeBackCommand } from "./take-back-command.ts";
import { gpuCount } from "./wanted.ts";

export function runsCommand(): Command {
  return group("runs", "The training calendar: announce runs, and the forecast makes room.", [
    listRuns(),
    declareRun(),
    takeBackCommand(
      "withdraw",
      "Take a declared run back.",
      "/v1/runs",
      "  spillway runs withdraw run_6b2d\n",
    ),
  ]);
}

function listRuns(): Command {
  return listCommand<RunResource>({
    name: "list",
    description: "Declared runs, newest first.",
    path: "/v1/runs",
    filters: [
      ["pool <POOL>", "of this pool"],
      ["status <STATUS>", "declared or withdrawn"],
    ],
    columns: [
      text("run", ({ id }) => id),
      text("name", ({ name }) => name),
      text("pool", ({ pool }) => pool),
      number("GPUs", ({ gpus }) => gpus),
      time("start (UTC)", ({ start }) => start),
      text("for", ({ duration }) => duration),
      text("status", ({ status }) => status),
    ],
    nothing: "No runs are declared.",
    examples: "  spillway runs list --pool h100 --status declared\n",
  });
}

interface Declaring extends Asking {
  readonly pool: string;
  readonly gpus: string;
  readonly start: string;
  readonly for: string;
}

function declareRun(): Command {
  const example = "  spillway runs declare gpt-next --pool h100 --gpus 512 --start +3d --for 10d\n";
  return clientCommand("declare", "Announce a training run.", example)
    .argument("<NAME>")
    .requiredOption("--pool <POOL>")
    .requiredOption("--gpus <N>")
    .requiredOption("--start <TIME>")
    .requiredOption("--for <DURATION>")
    .action(async (name: string, options: Declaring) => {
      const login = loginFrom(options);
      const { pool, for: duration } = options;
      const start = await moment(login, "--start", options.start);
      const body = { pool, name, start, duration, gpus: gpuCount(options.gpus) };
      const run = await ask<RunResource>(login, "POST", "/v1/runs", { body });
      print(run, options.json, () => describe(run));
    });
}
