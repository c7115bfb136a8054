import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Book } from "../../client/shapes.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { moment } from "./moment.ts";
import { named } from "./nearest.ts";
import { number, print, table, text, time } from "./output.ts";

interface Options extends Asking {
  readonly from?: string;
  readonly hours: string;
}

type Window = Book["windows"][number];
type Level = Window["asks"][number];

export function bookCommand(): Command {
  return clientCommand(
    "book",
    "The order book by hour: what is offered and wanted, without names.",
    "  spillway book A100-80G --hours 6\n",
  )
    .argument("<SKU>")
    .option("--from <TIME>", "from when on; left out: now")
    .option("--hours <N>", "how many", "12")
    .action(async (sku: string, options: Options) => {
      const login = loginFrom(options);
      const query = { from: await moment(login, "--from", options.from), hours: options.hours };
      const book = await named(login, "sku", sku, () =>
        ask<Book>(login, "GET", path`/v1/book/${sku}`, { query }),
      );
      print(book, options.json, () => bookText(book));
    });
}

export function bookText({ windows }: Book): string {
  const columns = [
    time<Window>("hour (UTC)", ({ start }) => start),
    number<Window>("offered", ({ offered_gpus }) => offered_gpus),
    text<Window>("best ask", ({ asks }) => level(asks[0])),
    text<Window>("best bid", ({ bids }) => level(bids[0])),
    number<Window>("asks", ({ asks }) => asks.length),
    number<Window>("bids", ({ bids }) => bids.length),
  ];
  return table(columns, windows);
}

function level(found: Level | undefined): string | null {
  if (found === undefined) return null;
  return `$${found.price} × ${found.gpus} at ${found.notice}`;
}
