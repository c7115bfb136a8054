import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { BidResource, SpotPriceResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { named } from "./nearest.ts";
import { describe, number, print, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

/** Standing bids, cleared at one price for each interval. */
export function spotCommand(): Command {
  return group("spot", "Bid for spot GPUs: one price a pool and interval.", [
    listBids(),
    placeBid(),
    withdrawBid(),
    listPrices(),
  ]);
}

function listBids(): Command {
  return listCommand<BidResource>({
    name: "list",
    description: "Bids, newest first.",
    path: "/v1/spot/bids",
    filters: [
      ["status <STATUS>", "standing or withdrawn"],
      ["pool <POOL>", "of this pool"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("bid", ({ id }) => id),
      text("pool", ({ pool }) => pool),
      number("GPUs", ({ gpus }) => gpus),
      number("limit $", ({ limit_price }) => limit_price),
      time("has until (UTC)", ({ until }) => until),
      text("lost", ({ lost }) => lost),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no bids. To bid: spillway spot bid 16 a100-80g --limit 0.90",
    examples: "  spillway spot list --status standing\n  spillway spot show bid_3b7f\n",
    one: describe,
  });
}

interface Bidding extends Asking {
  readonly limit: string;
  readonly account?: string;
}

function placeBid(): Command {
  const description = "Bid for each interval from now on, until withdrawn.";
  return clientCommand("bid", description, "  spillway spot bid 16 a100-80g --limit 0.90\n")
    .argument("<GPUS>")
    .argument("<POOL>")
    .requiredOption("--limit <PRICE>", "dollars for a GPU for an hour, at most")
    .option("--account <ID>", "for whom: only the owner bids for others")
    .action(async (gpus: string, pool: string, options: Bidding) => {
      const login = loginFrom(options);
      const { limit, account } = options;
      const body = { pool, gpus: gpuCount(gpus), limit_price: limit, account };
      const bid = await named(login, "id", pool, () =>
        ask<BidResource>(login, "POST", "/v1/spot/bids", { body }),
      );
      print(bid, options.json, () => describe(bid));
    });
}

function withdrawBid(): Command {
  const description = "Withdraw a bid; what it has won runs its course.";
  return clientCommand("withdraw", description, "  spillway spot withdraw bid_3b7f\n")
    .argument("<BID>")
    .action(async (id: string, options: Asking) => {
      const address = path`/v1/spot/bids/${id}`;
      const bid = await ask<BidResource>(loginFrom(options), "DELETE", address);
      print(bid, options.json, () => describe(bid));
    });
}

function listPrices(): Command {
  return listCommand<SpotPriceResource>({
    name: "prices",
    description: "What intervals were cleared at, newest first.",
    path: "/v1/spot/prices",
    filters: [["pool <POOL>", "of this pool"]],
    columns: [
      text("pool", ({ pool }) => pool),
      time("start (UTC)", ({ start }) => start),
      time("end (UTC)", ({ end }) => end),
      number("price $", ({ price }) => price),
      number("room", (cleared) => cleared.room_gpus),
      number("winners", ({ winners }) => winners),
    ],
    nothing: "No interval has been cleared yet.",
    examples: "  spillway spot prices --pool a100-80g --limit 12\n",
  });
}
