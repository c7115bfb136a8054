import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { Offer, Quote } from "../../client/shapes.ts";
import { percent } from "../../report/format.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { named } from "./nearest.ts";
import type { Column } from "./output.ts";
import { card, number, print, shortTime, table, text, time } from "./output.ts";
import type { Wanted } from "./wanted.ts";
import { askedBody, withWanted } from "./wanted.ts";

const EXAMPLES = `  spillway quote 64 A100-80G --for 4h
  spillway quote 64 A100-80G --for 4h --start +1d --notice 24h
`;

export function quoteCommand(): Command {
  const command = clientCommand(
    "quote",
    "What GPUs would cost right now; nothing is reserved.",
    EXAMPLES,
  );
  return withWanted(command.argument("<GPUS>").argument("<SKU>")).action(
    async (gpus: string, sku: string, options: Wanted) => {
      const login = loginFrom(options);
      const body = await askedBody(login, gpus, sku, options);
      const quote = await named(login, "sku", sku, () =>
        ask<Quote>(login, "POST", "/v1/quotes", { body }),
      );
      print(quote, options.json, () => quoteText(quote));
    },
  );
}

export function quoteText({ offer, refusal, other_windows, other_notices }: Quote): string {
  const found = offer === null ? "Nothing like that is for sale now." : offerText(offer);
  const reason = refusal === null ? "" : `\nAn order would be refused: ${refusal}.`;
  return [
    found + reason,
    alternatives("At other times", other_windows),
    alternatives("At other notices", other_notices),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

export function offerText(offer: Offer): string {
  const { gpus, start, end, duration, notice, average_price, cost, tax, total, pieces } = offer;
  const chance = Math.max(...pieces.map((piece) => piece.stated_recall_chance));
  const places = pieces.map((piece) => `${piece.gpus} in ${piece.fabric}`).join(", ");
  return card([
    ["GPUs", `${gpus} (${places})`],
    ["time", `${shortTime(start)} to ${shortTime(end)} UTC, ${duration}`],
    ["notice", notice === "firm" ? "firm: never recalled" : `${notice} before a recall`],
    ["chance of recall", percent(chance)],
    ["price", `$${average_price} for a GPU for an hour`],
    ["cost", `$${cost} and $${tax} tax: $${total} at most`],
  ]);
}

const COLUMNS: readonly Column<Offer>[] = [
  number("GPUs", ({ gpus }) => gpus),
  time("start (UTC)", ({ start }) => start),
  text("for", ({ duration }) => duration),
  text("notice", ({ notice }) => notice),
  number("$/GPU-h", ({ average_price }) => average_price),
  number("total $", ({ total }) => total),
];

function alternatives(name: string, offers: readonly Offer[]): string {
  return offers.length === 0 ? "" : `${name}:\n${table(COLUMNS, offers)}`;
}
