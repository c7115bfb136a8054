import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Ladder } from "../../client/shapes.ts";
import { percent } from "../../report/format.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { named } from "./nearest.ts";
import { number, print, shortTime, table, text, time } from "./output.ts";

interface Row {
  readonly notice: string;
  readonly price: string;
  readonly end: string;
  readonly gpus: number;
  readonly stated_recall_chance: number;
}

export function ladderCommand(): Command {
  return clientCommand(
    "ladder",
    "How many GPUs of a pool can be bought at each notice, from now on.",
    "  spillway ladder a100-80g\n  spillway ladder a100-80g --all\n",
  )
    .argument("<POOL>")
    .option("--all", "also where nothing is left")
    .action(async (pool: string, options: Asking & { readonly all?: true }) => {
      const login = loginFrom(options);
      const ladder = await named(login, "id", pool, () =>
        ask<Ladder>(login, "GET", path`/v1/ladder/${pool}`),
      );
      print(ladder, options.json, () => ladderText(ladder, options.all === true));
    });
}

export function ladderText({ pool, start, rungs }: Ladder, withEmpty: boolean): string {
  const rows = rungs.flatMap(({ notice, price, until }) =>
    until.map((entry): Row => ({ notice, price, ...entry })),
  );
  const shown = rows.filter(({ gpus }) => withEmpty || gpus > 0);
  if (shown.length === 0) return `Nothing of ${pool} is for sale now.`;
  const columns = [
    text<Row>("notice", ({ notice }) => notice),
    number<Row>("$/GPU-h", ({ price }) => price),
    time<Row>("until (UTC)", ({ end }) => end),
    number<Row>("GPUs", ({ gpus }) => gpus),
    number<Row>("recalled", (row) => percent(row.stated_recall_chance)),
  ];
  const note = "One GPU stands on several lines: whoever buys it takes it off all of them.";
  return `${pool} from ${shortTime(start)} UTC\n${table(columns, shown)}\n${note}`;
}
