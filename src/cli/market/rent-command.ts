import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { RentalResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { named } from "./nearest.ts";
import { describe, number, print, text, time } from "./output.ts";
import { gpuCount } from "./wanted.ts";

const EXAMPLES = `  spillway rent 8 A100-80G --max-price 1.20 --budget 50
`;

/** GPUs by the minute, until stopped. */
export function rentCommand(): Command {
  return group("rent", "Rent by the minute, from now on until you stop.", [
    startRental(),
    listRentals(),
    stopRental(),
  ]).usage("<GPUS> <SKU> --max-price <PRICE> [options] | list [ID] | stop <ID>");
}

interface Renting extends Asking {
  readonly maxPrice: string;
  readonly budget?: string;
  readonly notice?: string;
  readonly oneFabric?: true;
  readonly account?: string;
}

function startRental(): Command {
  return clientCommand("start", "Rent GPUs now.", EXAMPLES)
    .argument("<GPUS>")
    .argument("<SKU>")
    .requiredOption("--max-price <PRICE>", "dollars for a GPU for an hour: above, it ends")
    .option("--budget <DOLLARS>", "it ends before it costs more, without tax")
    .option("--notice <NOTICE>", "the notice with which it ends, at least: 15m")
    .option("--one-fabric", "all GPUs in one fabric")
    .option("--account <ID>", "for whom: only the owner rents for others")
    .action(async (gpus: string, sku: string, options: Renting) => {
      const login = loginFrom(options);
      const body = {
        sku,
        gpus: gpuCount(gpus),
        max_price: options.maxPrice,
        budget: options.budget,
        notice_at_least: options.notice,
        fabric: options.oneFabric === true ? "one" : undefined,
        account: options.account,
      };
      const rental = await named(login, "sku", sku, () =>
        ask<RentalResource>(login, "POST", "/v1/rentals", { body }),
      );
      print(rental, options.json, () => rentalText(rental));
    });
}

function rentalText({ id, gpus, pool, notice, status, until }: RentalResource): string {
  return `Rental ${id} is ${status}: ${gpus} GPUs in ${pool}, paid until ${until} at least; it ends with ${notice} of notice.`;
}

function listRentals(): Command {
  return listCommand<RentalResource>({
    name: "list",
    description: "Rentals, newest first.",
    path: "/v1/rentals",
    filters: [
      ["status <STATUS>", "running, ending or ended"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("rental", ({ id }) => id),
      text("SKU", ({ sku }) => sku),
      number("GPUs", ({ gpus }) => gpus),
      text("notice", ({ notice }) => notice),
      time("started (UTC)", ({ started }) => started),
      time("until (UTC)", ({ until }) => until),
      number("committed $", ({ committed }) => committed),
      text("status", ({ status }) => status),
    ],
    nothing: "Nothing is rented. To rent: spillway rent 8 A100-80G --max-price 1.20",
    examples: "  spillway rent list --status running\n  spillway rent show rnt_8d2e\n",
    one: describe,
  });
}

function stopRental(): Command {
  const description = "Stop a rental: it runs through its notice, and is paid until then.";
  return clientCommand("stop", description, "  spillway rent stop rnt_8d2e\n")
    .argument("<RENTAL>")
    .action(async (id: string, options: Asking) => {
      const address = path`/v1/rentals/${id}/stop`;
      const rental = await ask<RentalResource>(loginFrom(options), "POST", address);
      print(rental, options.json, () => rentalText(rental));
    });
}
