import type { Command } from "commander";
import { ask, listUpTo, path } from "../../client/client.ts";
import type { AuctionOrderResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { mostOf } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, table, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

/** Blocks that are wanted of an auction: commands of the group `auctions`. */

interface Ordering extends Asking {
  readonly start: string;
  readonly latestStart?: string;
  readonly for: string;
  readonly limit: string;
  readonly oneFabric?: true;
  readonly partial?: true;
  readonly account?: string;
}

const ORDER = `  spillway auctions order auc_5h2p 64 --start 2026-12-20 --for 12h --limit 1.80
  spillway auctions order auc_5h2p 64 --start 2026-12-20 --latest-start 2026-12-21 --for 12h --limit 1.80
`;

export function orderBlock(): Command {
  return clientCommand("order", "Want a block of what is auctioned.", ORDER)
    .argument("<AUCTION>")
    .argument("<GPUS>")
    .requiredOption("--start <TIME>", "on the auction's slots")
    .requiredOption("--for <DURATION>", "how long, in whole slots")
    .requiredOption("--limit <PRICE>", "dollars for a GPU for an hour, at most")
    .option("--latest-start <TIME>", "or later, until then")
    .option("--one-fabric", "all GPUs in one fabric")
    .option("--partial", "fewer GPUs are welcome too")
    .option("--account <ID>", "for whom: only the owner orders for others")
    .action(order);
}

async function order(auction: string, gpus: string, options: Ordering): Promise<void> {
  const login = loginFrom(options);
  const body = {
    gpus: gpuCount(gpus),
    start: await moment(login, "--start", options.start),
    latest_start: await moment(login, "--latest-start", options.latestStart),
    duration: options.for,
    limit_price: options.limit,
    fabric: options.oneFabric === true ? "one" : undefined,
    fill: options.partial === true ? "partial" : undefined,
    account: options.account,
  };
  const address = path`/v1/auctions/${auction}/orders`;
  const placed = await ask<AuctionOrderResource>(login, "POST", address, { body });
  print(placed, options.json, () => describe(placed));
}

interface Listing extends Asking {
  readonly status?: string;
  readonly account?: string;
  readonly limit: string;
}

const COLUMNS = [
  text<AuctionOrderResource>("order", ({ id }) => id),
  text<AuctionOrderResource>("account", ({ account }) => account),
  number<AuctionOrderResource>("GPUs", ({ gpus }) => gpus),
  number<AuctionOrderResource>("filled", (order) => order.filled_gpus),
  time<AuctionOrderResource>("earliest (UTC)", ({ start }) => start.earliest),
  time<AuctionOrderResource>("latest (UTC)", ({ start }) => start.latest),
  text<AuctionOrderResource>("for", ({ duration }) => duration),
  number<AuctionOrderResource>("limit $", (order) => order.limit_price),
  text<AuctionOrderResource>("status", ({ status }) => status),
];

export function listBlockOrders(): Command {
  const examples = `  spillway auctions orders auc_5h2p
  spillway auctions orders auc_5h2p aord_8t4n
`;
  return clientCommand("orders", "Your orders of an auction, newest first.", examples)
    .argument("<AUCTION>")
    .argument("[ORDER]", "only this one, in full")
    .option("--status <STATUS>", "open, cancelled, filled, unfilled or called_off")
    .option("--account <ID>", "whose")
    .option("--limit <N>", "how many at most", "50")
    .action(async (auction: string, id: string | undefined, options: Listing) => {
      const login = loginFrom(options);
      if (id !== undefined) {
        const address = path`/v1/auctions/${auction}/orders/${id}`;
        const found = await ask<AuctionOrderResource>(login, "GET", address);
        return print(found, options.json, () => describe(found));
      }
      const { status, account } = options;
      const list = path`/v1/auctions/${auction}/orders`;
      const most = mostOf(options.limit);
      const page = await listUpTo<AuctionOrderResource>(login, list, { status, account }, most);
      return print(page, options.json, () =>
        page.data.length === 0 ? "There are no orders." : table(COLUMNS, page.data),
      );
    });
}

export function cancelBlock(): Command {
  const examples = "  spillway auctions cancel auc_5h2p aord_8t4n\n";
  return clientCommand(
    "cancel",
    "Take an order out of an auction that is not locked yet.",
    examples,
  )
    .argument("<AUCTION>")
    .argument("<ORDER>")
    .action(async (auction: string, id: string, options: Asking) => {
      const address = path`/v1/auctions/${auction}/orders/${id}`;
      const order = await ask<AuctionOrderResource>(loginFrom(options), "DELETE", address);
      print(order, options.json, () => `Order ${order.id} is ${order.status}.`);
    });
}
