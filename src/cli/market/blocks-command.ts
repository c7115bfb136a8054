import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { BlockResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";
import { takeBackCommand } from "./take-back-command.ts";
import { gpuCount } from "./wanted.ts";

export function blocksCommand(): Command {
  return group("blocks", "Keep GPUs back: a blackout, maintenance, or failed nodes.", [
    listBlocks(),
    addBlock(),
    takeBackCommand(
      "lift",
      "Give GPUs that were kept back free again.",
      "/v1/blocks",
      "  spillway blocks lift blk_4d1a\n",
    ),
  ]).alias("block");
}

function listBlocks(): Command {
  return listCommand<BlockResource>({
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
    examples: "  spillway blocks list --pool a100-80g --status set\n",
  });
}

interface Blocking extends Asking {
  readonly kind: string;
  readonly start: string;
  readonly end: string;
  readonly gpus?: string;
  readonly note?: string;
}

const ADD = `  spillway blocks add a100-80g --kind maintenance --start +1d --end +2d --gpus 64
  spillway blocks add h100 --kind blackout --end 2026-12-24
`;

function addBlock(): Command {
  return clientCommand("add", "Keep GPUs of a pool back for a time.", ADD)
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
