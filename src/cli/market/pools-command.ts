import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Pool } from "../../client/shapes.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { describe, number, print, table, text } from "./output.ts";

export function poolsCommand(): Command {
  return group("pools", "Pools: what is sold, where, at which notices and prices.", [
    listPools(),
    priceCommand(),
  ]);
}

function listPools(): Command {
  return clientCommand("list", "Pools, their prices and notices.")
    .argument("[POOL]", "only this one, in full")
    .action(async (id: string | undefined, options: Asking) => {
      const pools = await ask<{ data: Pool[] }>(loginFrom(options), "GET", "/v1/pools");
      const data = pools.data.filter((pool) => id === undefined || pool.id === id);
      print(id === undefined ? pools : { data }, options.json, () =>
        id === undefined ? table(COLUMNS, data) : data.map(describe).join("\n\n"),
      );
    });
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
  return clientCommand("price", "Set what a firm GPU-hour costs; the other notices follow.")
    .argument("<POOL>")
    .argument("<PRICE>", "dollars")
    .action(async (pool: string, price: string, options: Asking) => {
      await change(pool, { price }, options);
    });
}

export function stopSellingCommand(): Command {
  return clientCommand("stop-selling", "Sell nothing more of a pool; what is sold stays sold.")
    .argument("<POOL>")
    .action((pool: string, options: Asking) => change(pool, { selling: false }, options));
}

export function sellAgainCommand(): Command {
  return clientCommand("sell-again", "Sell of a pool again.")
    .argument("<POOL>")
    .action((pool: string, options: Asking) => change(pool, { selling: true }, options));
}

async function change(pool: string, body: object, options: Asking): Promise<void> {
  const address = path`/v1/pools/${pool}/offering`;
  const offering = await ask<Offering>(loginFrom(options), "PATCH", address, { body });
  print(offering, options.json, () => describe(offering));
}
