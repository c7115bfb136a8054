import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { ask } from "../../client/client.ts";
import type { Quote } from "../../client/shapes.ts";
import type { OrderResource } from "../../views/resources.ts";
import { Refused } from "../../client/refused.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { confirm, show } from "./confirm.ts";
import { moment } from "./moment.ts";
import { named } from "./nearest.ts";
import { print } from "./output.ts";
import { offerText, quoteText } from "./quote-command.ts";
import type { Wanted } from "./wanted.ts";
import { askedBody, withWanted } from "./wanted.ts";

interface Options extends Wanted {
  readonly yes?: true;
}

const EXAMPLES = `  spillway buy 64 A100-80G --for 4h                      shows the price first, and asks
  spillway buy 64 A100-80G --for 4h --limit 1.30         at once or not at all
  spillway buy 64 H100 --for 8h --limit 2.00 --wait +1d  stands in the book for a day
`;

export function buyCommand(): Command {
  const command = clientCommand("buy", "Buy GPUs for a time.", EXAMPLES);
  return withWanted(command.argument("<GPUS>").argument("<SKU>"))
    .option("--wait <TIME>", "stand in the book until then: +6h")
    .option("--yes", "buy at today's price without asking")
    .action(buy);
}

async function buy(gpus: string, sku: string, options: Options): Promise<void> {
  const login = loginFrom(options);
  const asked = await askedBody(login, gpus, sku, options);
  const expires = await moment(login, "--wait", options.wait);
  // Whoever waits for a day takes a start within that day, unless they say which.
  const latest_start = asked.latest_start ?? (asked.start === undefined ? expires : undefined);
  const limit =
    options.limit ?? (await named(login, "sku", sku, () => agreedPrice(login, asked, options)));
  const body = { ...asked, latest_start, limit_price: limit, expires };
  const order = await named(login, "sku", sku, () =>
    ask<OrderResource>(login, "POST", "/v1/orders", { body }),
  );
  print(order, options.json, () => orderText(order));
}

/** The price that was shown and agreed to: if the market moves in between, nothing is bought dearer. */
async function agreedPrice(login: Login, body: object, { yes, json }: Options): Promise<string> {
  const quote = await ask<Quote>(login, "POST", "/v1/quotes", { body });
  const { offer, refusal } = quote;
  if (offer === null || refusal !== null) {
    throw new Refused(409, refusal ?? "no_supply", quoteText(quote), quote);
  }
  show(offerText(offer), json);
  await confirm("Buy this?", yes);
  return offer.order.limit_price;
}

export function orderText({ id, status, filled_gpus, contracts, expires }: OrderResource): string {
  const bought = contracts.map((contract) => `\ncontract ${contract}`).join("");
  if (status === "filled") return `Filled: order ${id}, ${filled_gpus} GPUs.${bought}`;
  const waits = expires === null ? "" : ` It stands in the book until ${expires}.`;
  return `Order ${id} is ${status}, ${filled_gpus} GPUs are filled.${waits}${bought}`;
}
