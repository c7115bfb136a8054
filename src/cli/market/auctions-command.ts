import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { AuctionResource } from "../../views/resources.ts";
import { cancelBlock, listBlockOrders, orderBlock } from "./auction-orders.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { confirm } from "./confirm.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { named } from "./nearest.ts";
import { card, describe, number, print, shortTime, table, text, time } from "./output.ts";

/** Call auctions: orders are collected, then filled together. */
export function auctionsCommand(): Command {
  return group(
    "auctions",
    "Auctions of what is far ahead: orders are collected, then filled together.",
    [listAuctions(), orderBlock(), listBlockOrders(), cancelBlock(), openAuction(), callOff()],
  );
}

function listAuctions(): Command {
  return listCommand<AuctionResource>({
    name: "list",
    description: "Auctions, newest first, with prices once they are cleared.",
    path: "/v1/auctions",
    filters: [
      ["status <STATUS>", "open, locked, cleared or called_off"],
      ["sku <SKU>", "of this SKU"],
    ],
    columns: [
      text("auction", ({ id }) => id),
      text("SKU", ({ sku }) => sku),
      text("notice", ({ notice }) => notice),
      time("start (UTC)", ({ start }) => start),
      time("end (UTC)", ({ end }) => end),
      time("locks (UTC)", ({ locks }) => locks),
      time("clears (UTC)", ({ clears }) => clears),
      number("filled", ({ outcome }) => outcome?.filled_orders ?? null),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no auctions.",
    examples: "  spillway auctions list --status open\n  spillway auctions show auc_5h2p\n",
    one: auctionText,
  });
}

export function auctionText({ outcome, ...auction }: AuctionResource): string {
  if (outcome === null) return describe(auction);
  const { filled_orders: orders, filled_gpu_hours: hours, worth, bound, prices } = outcome;
  const steps = prices.flatMap(({ fabric, steps: of }) => of.map((step) => ({ fabric, ...step })));
  type Step = (typeof steps)[number];
  const columns = [
    text<Step>("fabric", ({ fabric }) => fabric),
    text<Step>("from (UTC)", ({ from }) => shortTime(from)),
    number<Step>("$/GPU-h", ({ price }) => price),
  ];
  const sums = card([
    ["filled", `${orders} orders, ${hours} GPU-hours`],
    ["worth", `$${worth} above the reserve; no fills could be worth more than $${bound}`],
  ]);
  return [describe(auction), sums, ...(steps.length > 0 ? [table(columns, steps)] : [])].join(
    "\n\n",
  );
}

interface Opening extends Asking {
  readonly pool?: string;
  readonly notice: string;
  readonly start: string;
  readonly end: string;
  readonly slot?: string;
  readonly locks: string;
  readonly clears: string;
}

const OPEN = `  spillway auctions open A100-80G --notice 24h --start +7d --end +9d --locks +5d --clears +6d
`;

function openAuction(): Command {
  return clientCommand("open", "Sell a rung of the ladder by an auction.", OPEN)
    .argument("<SKU>")
    .requiredOption("--notice <NOTICE>", "the rung: firm, 24h, 15m")
    .requiredOption("--start <TIME>", "when what is sold begins")
    .requiredOption("--end <TIME>", "and when it ends")
    .requiredOption("--locks <TIME>", "from then on no order is withdrawn")
    .requiredOption("--clears <TIME>", "then no order comes any more, and orders are filled")
    .option("--slot <DURATION>", "starts and durations are whole slots; left out: 1h")
    .option("--pool <POOL>", "left out: all pools that sell the SKU so")
    .action(open);
}

async function open(sku: string, options: Opening): Promise<void> {
  const login = loginFrom(options);
  const { pool, notice, slot } = options;
  const body = {
    sku,
    pool,
    notice,
    slot,
    start: await moment(login, "--start", options.start),
    end: await moment(login, "--end", options.end),
    locks: await moment(login, "--locks", options.locks),
    clears: await moment(login, "--clears", options.clears),
  };
  const auction = await named(login, "sku", sku, () =>
    ask<AuctionResource>(login, "POST", "/v1/auctions", { body }),
  );
  print(auction, options.json, () => auctionText(auction));
}

function callOff(): Command {
  const description = "End an auction without an outcome; nothing is held for its orders any more.";
  return clientCommand("call-off", description, "  spillway auctions call-off auc_5h2p\n")
    .argument("<AUCTION>")
    .option("--yes", "without asking")
    .action(async (id: string, options: Asking & { readonly yes?: true }) => {
      await confirm(`Call ${id} off, with all its orders?`, options.yes);
      const address = path`/v1/auctions/${id}/call_off`;
      const auction = await ask<AuctionResource>(loginFrom(options), "POST", address);
      print(auction, options.json, () => `Auction ${auction.id} is ${auction.status}.`);
    });
}
