import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { OfferedShelf, ShelfFigures } from "../../client/shapes.ts";
import { percent } from "../../report/format.ts";
import type { ContractResource, ShelfResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { card, describe, dollars, number, print, table, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

/** Wholesale contracts of which slices are rented. */
export function shelfCommand(): Command {
  return group("shelf", "Rent slices of a contract out, or rent one.", [
    listShelves(),
    openShelf(),
    shelfFigures(),
    closeShelf(),
    listOffers(),
    rentSlice(),
  ]);
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
    examples: "  spillway shelf list --status open\n  spillway shelf show shf_2a9c\n",
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
  const examples =
    "  spillway shelf open ord_7f3k.0 --price 1.50 --shortest 1h --longest 8h --least 8\n";
  return clientCommand("open", "Put a contract on a shelf.", examples)
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

function shelfFigures(): Command {
  const examples = "  spillway shelf figures shf_2a9c\n";
  return clientCommand("figures", "Margin, utilisation and break-even.", examples)
    .argument("<SHELF>")
    .action(async (id: string, options: Asking) => {
      const address = path`/v1/shelves/${id}/figures`;
      const figures = await ask<ShelfFigures>(loginFrom(options), "GET", address);
      print(figures, options.json, () => figuresText(figures));
    });
}

export function figuresText(figures: ShelfFigures): string {
  const { shelf, cost, income, fees, margin, utilisation, break_even_price: least } = figures;
  return card([
    ["shelf", shelf],
    ["cost", `$${cost} of the whole contract, sold or not`],
    ["income", `$${income}`],
    ["fees", `$${fees}`],
    ["margin", dollars(margin)],
    ["utilisation", percent(utilisation)],
    ["break-even", least === null ? "nothing is left to sell" : `$${least} for a GPU for an hour`],
  ]);
}

function closeShelf(): Command {
  const description = "Rent out no more; what is rented runs its course.";
  return clientCommand("close", description, "  spillway shelf close shf_2a9c\n")
    .argument("<SHELF>")
    .action(async (id: string, options: Asking) => {
      const address = path`/v1/shelves/${id}/close`;
      const shelf = await ask<ShelfResource>(loginFrom(options), "POST", address);
      print(shelf, options.json, () => describe(shelf));
    });
}

function listOffers(): Command {
  const examples = "  spillway shelf offers --sku A100-80G\n";
  return clientCommand("offers", "What shelves offer now, cheapest first.", examples)
    .option("--sku <SKU>", "of this SKU")
    .action(async (options: Asking & { readonly sku?: string }) => {
      const query = { sku: options.sku };
      const login = loginFrom(options);
      const offers = await ask<{ data: OfferedShelf[] }>(login, "GET", "/v1/shelf_offers", {
        query,
      });
      print(offers, options.json, () => {
        return offers.data.length === 0 ? "No shelf offers anything now." : offersText(offers.data);
      });
    });
}

function offersText(offers: readonly OfferedShelf[]): string {
  const columns = [
    text<OfferedShelf>("shelf", ({ id }) => id),
    text<OfferedShelf>("SKU", ({ sku }) => sku),
    number<OfferedShelf>("$/GPU-h", ({ price }) => price),
    number<OfferedShelf>("free now", ({ gpus_now }) => gpus_now),
    number<OfferedShelf>("at least", ({ least_gpus }) => least_gpus),
    text<OfferedShelf>("for", (offer) => `${offer.shortest_duration}–${offer.longest_duration}`),
    time<OfferedShelf>("until (UTC)", ({ end }) => end),
    text<OfferedShelf>("notice", ({ notice }) => notice),
    number<OfferedShelf>("recalled", (offer) => percent(offer.stated_recall_chance)),
  ];
  return table(columns, offers);
}

interface Slicing extends Asking {
  readonly for: string;
  readonly limit: string;
  readonly start?: string;
  readonly oneFabric?: true;
  readonly account?: string;
}

function rentSlice(): Command {
  const examples = "  spillway shelf slice shf_5e1d 8 --for 2h --limit 1.50\n";
  return clientCommand("slice", "Rent a slice of a shelf, at its price.", examples)
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
