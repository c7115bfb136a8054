import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { OrderResource } from "../../views/resources.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import type { Asking } from "./client-command.ts";
import { orderText } from "./buy-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { describe, number, print, text, time } from "./output.ts";
import type { Wanted } from "./wanted.ts";
import { gpuCount, wantedBody, withWanted } from "./wanted.ts";

export function ordersCommand(): Command {
  return group("orders", "Orders: look at them, change them, take them back.", [
    listOrders(),
    cancelCommand(
      "Take an order out of the book; what has filled stays bought.",
      "  spillway orders cancel ord_7f3k\n",
    ),
    amendOrder(),
  ]);
}

function listOrders(): Command {
  return listCommand<OrderResource>({
    name: "list",
    description: "Orders, newest first.",
    path: "/v1/orders",
    filters: [
      ["status <STATUS>", "open, filled, cancelled or expired"],
      ["side <SIDE>", "buy or sell"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("order", ({ id }) => id),
      text("side", ({ side }) => side),
      text("SKU", ({ sku }) => sku),
      number("GPUs", ({ gpus }) => gpus),
      number("filled", ({ filled_gpus }) => filled_gpus),
      time("start (UTC)", ({ start }) => start.earliest),
      text("for", ({ duration }) => duration.min),
      number("limit $", ({ limit_price }) => limit_price),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no orders. To make one: spillway buy 64 A100-80G --for 4h",
    examples: "  spillway orders list --status open\n  spillway orders show ord_7f3k\n",
    one: describe,
  });
}

/** A listing is an order as well. */
export function cancelCommand(description: string, examples: string): Command {
  return clientCommand("cancel", description, examples)
    .argument("<ORDER>")
    .action(async (id: string, options: Asking) => {
      const login = loginFrom(options);
      const order = await ask<OrderResource>(login, "POST", path`/v1/orders/${id}/cancel`);
      print(order, options.json, () => orderText(order));
    });
}

interface Amended extends Wanted {
  readonly gpus?: string;
}

function amendOrder(): Command {
  const description = "Replace an order in the book: what is not said stays as it was.";
  const examples = "  spillway orders amend ord_7f3k --limit 1.40\n";
  return withWanted(clientCommand("amend", description, examples).argument("<ORDER>"))
    .option("--gpus <N>", "how many instead")
    .option("--wait <TIME>", "stand in the book until then")
    .action(async (id: string, options: Amended) => {
      const login = loginFrom(options);
      const before = await ask<OrderResource>(login, "GET", path`/v1/orders/${id}`);
      const changed = {
        ...(await wantedBody(login, options)),
        expires: await moment(login, "--wait", options.wait),
        gpus: options.gpus === undefined ? undefined : gpuCount(options.gpus),
      };
      const body = { ...bodyOf(before), ...defined(changed) };
      const order = await ask<OrderResource>(login, "POST", path`/v1/orders/${id}/amend`, { body });
      print(order, options.json, () => orderText(order));
    });
}

/** The order that would have to be sent to get this one. */
function bodyOf(order: OrderResource) {
  const { start, duration } = order;
  return {
    account: order.account,
    side: order.side,
    sku: order.sku,
    gpus: order.gpus - order.filled_gpus,
    start: start.earliest,
    latest_start: start.latest,
    duration: duration.min,
    longest_duration: duration.max,
    limit_price: order.limit_price,
    notice_at_least: order.notice_at_least,
    fabric: order.fabric,
    fill: order.fill,
    ...(order.expires === null ? {} : { expires: order.expires }),
    ...(order.contract === null ? {} : { contract: order.contract }),
  };
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
