import type { Command } from "commander";
import type { Listing } from "../../client/shapes.ts";
import type { FillResource, NoticeResource } from "../../views/resources.ts";
import { listCommand } from "./list-command.ts";
import { number, text, time } from "./output.ts";

/** Lists that one only looks at. */

export function noticesCommand(): Command {
  return listCommand<NoticeResource>({
    name: "notices",
    description: "Notices of recall that your contracts were given, newest first.",
    path: "/v1/notices",
    filters: [
      ["contract <ID>", "of this contract"],
      ["status <STATUS>", "noticed, withdrawn or handed_over"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("contract", ({ contract }) => contract),
      number("GPUs", ({ gpus }) => gpus),
      time("noticed (UTC)", ({ noticed }) => noticed),
      time("due (UTC)", ({ due }) => due),
      number("compensation $", ({ compensation }) => compensation),
      text("status", ({ status, drill }) => (drill ? "drill" : status)),
    ],
    nothing: "There were no notices.",
    examples: "  spillway notices --status noticed\n",
  });
}

export function listingsCommand(): Command {
  return listCommand<Listing>({
    name: "listings",
    description: "Contracts up for resale, cheapest first, without the sellers.",
    path: "/v1/listings",
    filters: [["sku <SKU>", "of this SKU (needed)"]],
    columns: [
      text("listing", ({ id }) => id),
      text("SKU", ({ sku }) => sku),
      number("GPUs", ({ gpus }) => gpus),
      time("start (UTC)", ({ start }) => start),
      time("end (UTC)", ({ end }) => end),
      number("$/GPU-h", ({ price }) => price),
      text("notice", ({ notice }) => notice),
    ],
    nothing: "Nothing is up for resale.",
    examples: "  spillway listings --sku A100-80G\n",
  });
}

export function fillsCommand(): Command {
  return listCommand<FillResource>({
    name: "fills",
    description: "Sales and resales, newest first, without names.",
    path: "/v1/fills",
    filters: [["sku <SKU>", "of this SKU"]],
    columns: [
      time("time (UTC)", ({ at }) => at),
      text("SKU", ({ sku }) => sku),
      number("GPUs", ({ gpus }) => gpus),
      time("start (UTC)", ({ start }) => start),
      time("end (UTC)", ({ end }) => end),
      number("$/GPU-h", ({ price }) => price),
      text("notice", ({ notice }) => notice),
      text("resale", ({ resale }) => (resale ? "yes" : "no")),
    ],
    nothing: "Nothing has been sold yet.",
    examples: "  spillway fills --sku A100-80G --limit 10\n",
  });
}
