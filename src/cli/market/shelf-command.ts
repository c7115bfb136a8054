import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { ContractResource, ShelfResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text } from "./output.ts";
import { gpuCount } from "./wanted.ts";

const EXAMPLES = `  spillway shelf open ord_7f3k.0 --price 1.50 --shortest 1h --longest 8h --least 8
  spillway shelf figures shf_2a9c
  spillway shelf offers                              what others rent out
  spillway shelf slice shf_5e1d 8 --for 2h --limit 1.50
`;

/** Wholesale contracts of which slices are rented. */
export function shelfCommand(): Command {
  return group("shelf", "Rent slices of a contract out, or rent one.", [
    listShelves(),
    openShelf(),
    showCommand("figures", "Margin, utilisation and break-even.", (id) => [
      "GET",
      path`/v1/shelves/${id}/figures`,
    ]),
    showCommand("close", "Rent out no more; what is rented runs its course.", (id) => [
      "POST",
      path`/v1/shelves/${id}/close`,
    ]),
    listOffers(),
    rentSlice(),
  ]).addHelpText("after", `\nExamples:\n${EXAMPLES}`);
}

function listShelves(): Command {
  return listCommand<ShelfResource>({
    name: "list",
    description: "Shelves of your own, newest first.",
    path: "/v1/shelves",
    filters: [
      ["status <STATUS>", "open, closed or over"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("shelf", ({ id }) => id),
      text("contract", ({ contract }) => contract),
      number("$/GPU-h", ({ price }) => price),
      number("GPU-h", ({ gpu_hours }) => gpu_hours),
      number("sold GPU-h", ({ sold_gpu_hours }) => sold_gpu_hours),
      number("income $", ({ income }) => income),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no shelves.",
    one: describe,
  });
}

interface Opening extends Asking {
  readonly price: string;
  readonly shortest: string;
  readonly longest: string;
  readonly least: string;
}

function openShelf(): Command {
  return clientCommand("open", "Put a contract on a shelf.")
    .argument("<CONTRACT>")
    .requiredOption("--price <PRICE>", "dollars for a GPU for an hour")
    .option("--shortest <DURATION>", "a slice is at least so long", "1h")
    .option("--longest <DURATION>", "and at most", "24h")
    .option("--least <GPUS>", "and has so many GPUs at least", "8")
    .action(async (contract: string, options: Opening) => {
      const body = {
        contract,
        price: options.price,
        shortest_duration: options.shortest,
        longest_duration: options.longest,
        least_gpus: gpuCount(options.least),
      };
      const shelf = await ask<ShelfResource>(loginFrom(options), "POST", "/v1/shelves", { body });
      print(shelf, options.json, () => describe(shelf));
    });
}

function showCommand(
  name: string,
  description: string,
  question: (id: string) => ["GET" | "POST", string],
): Command {
  return clientCommand(name, description)
    .argument("<SHELF>")
    .action(async (id: string, options: Asking) => {
      const answer = await ask<object>(loginFrom(options), ...question(id));
      print(answer, options.json, () => describe(answer));
    });
}

function listOffers(): Command {
  return clientCommand("offers", "What shelves offer now, cheapest first.")
    .option("--sku <SKU>", "of this SKU")
    .action(async (options: Asking & { readonly sku?: string }) => {
      const query = { sku: options.sku };
      const offers = await ask<{ data: object[] }>(loginFrom(options), "GET", "/v1/shelf_offers", {
        query,
      });
      print(offers, options.json, () => {
        return offers.data.length === 0 ? "No shelf offers anything now." : describe(offers).trim();
      });
    });
}

interface Slicing extends Asking {
  readonly for: string;
  readonly limit: string;
  readonly start?: string;
  readonly oneFabric?: true;
  readonly account?: string;
}

function rentSlice(): Command {
  return clientCommand("slice", "Rent a slice of a shelf, at its price.")
    .argument("<SHELF>")
    .argument("<GPUS>")
    .requiredOption("--for <DURATION>", "how long")
    .requiredOption("--limit <PRICE>", "dollars for a GPU for an hour, at most")
    .option("--start <TIME>", "left out: the next minute")
    .option("--one-fabric", "all GPUs in one fabric")
    .option("--account <ID>", "for whom: only the owner rents for others")
    .action(async (id: string, gpus: string, options: Slicing) => {
      const login = loginFrom(options);
      const body = {
        gpus: gpuCount(gpus),
        duration: options.for,
        limit_price: options.limit,
        start: await moment(login, "--start", options.start),
        fabric: options.oneFabric === true ? "one" : undefined,
        account: options.account,
      };
      const address = path`/v1/shelf_offers/${id}/slices`;
      const slice = await ask<ContractResource>(login, "POST", address, { body });
      print(slice, options.json, () => describe(slice));
    });
}
