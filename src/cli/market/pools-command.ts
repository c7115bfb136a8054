import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Pool } from "../../client/shapes.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { UsageError } from "../options.ts";
import { didYouMean, named } from "./nearest.ts";
import { describe, number, print, table, text } from "./output.ts";

export function poolsCommand(): Command {
  return group("pools", "Pools: what is sold, where, at which notices and prices.", [
    listPools(),
    priceCommand(),
  ]);
}

function listPools(): Command {
  const examples = "  spillway pools\n  spillway pools show a100-80g\n";
  return clientCommand("list", "Pools, their prices and notices.", examples)
    .aliases(["show", "get"])
    .argument("[POOL]", "only this one, in full")
    .action(async (id: string | undefined, options: Asking) => {
      const pools = await ask<{ data: Pool[] }>(loginFrom(options), "GET", "/v1/pools");
      if (id === undefined) return print(pools, options.json, () => table(COLUMNS, pools.data));
      const pool = poolIn(pools.data, id);
      return print(pool, options.json, () => describe(pool));
    });
}

/** The API has no way to ask for one: there are few. @throws UsageError */
function poolIn(pools: readonly Pool[], id: string): Pool {
  const pool = pools.find((each) => each.id === id);
  if (pool !== undefined) return pool;
  const known = pools.map((each) => each.id);
  throw new UsageError(`there is no pool ${id}. ${didYouMean(id, known)}`);
}

const COLUMNS = [
  text<Pool>("pool", ({ id }) => id),
  text<Pool>("SKU", ({ sku }) => sku),
  text<Pool>("site", ({ site }) => site),
  number<Pool>("GPUs", ({ fabrics }) => fabrics.reduce((sum, { gpus }) => sum + gpus, 0)),
  number<Pool>("lot", ({ lot_gpus }) => lot_gpus),
  text<Pool>("selling", ({ selling }) => (selling ? "yes" : "no")),
  text<Pool>("notice: $ for a GPU-hour", ({ notices }) =>
    notices.map(({ notice, price }) => `${notice} ${price ?? "–"}`).join(", "),
  ),
];

interface Offering {
  readonly pool: string;
  readonly price: string;
  readonly selling: boolean;
  readonly unseen: string | null;
}

function priceCommand(): Command {
  const description = "Set what a firm GPU-hour costs; the other notices follow.";
  return clientCommand("price", description, "  spillway pools price a100-80g 2.10\n")
    .argument("<POOL>")
    .argument("[PRICE]", "dollars; left out: what it is, and whether the cluster is seen")
    .action(async (pool: string, price: string | undefined, options: Asking) => {
      await offer(pool, price === undefined ? null : { price }, options);
    });
}

export function stopSellingCommand(): Command {
  const description = "Sell nothing more of a pool; what is sold stays sold.";
  return clientCommand("stop-selling", description, "  spillway stop-selling a100-80g\n")
    .argument("<POOL>")
    .action((pool: string, options: Asking) => offer(pool, { selling: false }, options));
}

export function sellAgainCommand(): Command {
  return clientCommand("sell-again", "Sell of a pool again.", "  spillway sell-again a100-80g\n")
    .argument("<POOL>")
    .action((pool: string, options: Asking) => offer(pool, { selling: true }, options));
}

/** Changes what is offered, or only looks at it. */
async function offer(pool: string, body: object | null, options: Asking): Promise<void> {
  const login = loginFrom(options);
  const address = path`/v1/pools/${pool}/offering`;
  const offering = await named(login, "id", pool, () =>
    body === null
      ? ask<Offering>(login, "GET", address)
      : ask<Offering>(login, "PATCH", address, { body }),
  );
  print(offering, options.json, () => describe(offering));
}
