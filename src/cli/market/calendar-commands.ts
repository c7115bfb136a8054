import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { BlockResource, RunResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

export function runsCommand(): Command {
  return group("runs", "The training calendar: announce runs, and the forecast makes room.", [
    listCommand<RunResource>({
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
    }),
    declareRun(),
    takeBack("withdraw", "Take a declared run back.", "/v1/runs"),
  ]);
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

export function blockCommand(): Command {
  const example = `  spillway block add a100-80g --kind maintenance --start +1d --end +2d --gpus 64
  spillway block lift blk_4d1a
`;
  return group("block", "Keep GPUs back: a blackout, maintenance, or failed nodes.", [
    listCommand<BlockResource>({
      name: "list",
      description: "Times in which GPUs are kept back, newest first.",
      path: "/v1/blocks",
      filters: [
        ["pool <POOL>", "of this pool"],
        ["status <STATUS>", "set or lifted"],
      ],
      columns: [
        text("block", ({ id }) => id),
        text("pool", ({ pool }) => pool),
        text("kind", ({ kind }) => kind),
        number("GPUs", ({ gpus }) => gpus ?? "all"),
        time("start (UTC)", ({ start }) => start),
        time("end (UTC)", ({ end }) => end),
        text("status", ({ status }) => status),
        text("note", ({ note }) => note),
      ],
      nothing: "Nothing is kept back.",
    }),
    addBlock(),
    takeBack("lift", "Give GPUs that were kept back free again.", "/v1/blocks"),
  ]).addHelpText("after", `\nExamples:\n${example}`);
}

interface Blocking extends Asking {
  readonly kind: string;
  readonly start: string;
  readonly end: string;
  readonly gpus?: string;
  readonly note?: string;
}

function addBlock(): Command {
  return clientCommand("add", "Keep GPUs of a pool back for a time.")
    .argument("<POOL>")
    .requiredOption("--kind <KIND>", "blackout, maintenance or failure")
    .requiredOption("--end <TIME>", "until when")
    .option("--start <TIME>", "from when on", "now")
    .option("--gpus <N>", "left out: the whole pool")
    .option("--note <TEXT>", "why")
    .action(async (pool: string, options: Blocking) => {
      const login = loginFrom(options);
      const { kind, note } = options;
      const start = await moment(login, "--start", options.start);
      const end = await moment(login, "--end", options.end);
      const gpus = options.gpus === undefined ? undefined : gpuCount(options.gpus);
      const body = { pool, kind, start, end, gpus, note };
      const block = await ask<BlockResource>(login, "POST", "/v1/blocks", { body });
      print(block, options.json, () => describe(block));
    });
}

function takeBack(name: string, description: string, list: string): Command {
  return clientCommand(name, description)
    .argument("<ID>")
    .action(async (id: string, options: Asking) => {
      const item = await ask<object>(loginFrom(options), "DELETE", list + path`/${id}`);
      print(item, options.json, () => describe(item));
    });
}
