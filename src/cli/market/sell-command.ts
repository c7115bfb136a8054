import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import { formatDuration } from "../../policy/duration.ts";
import { ceilTo, elapsed, latest, MINUTE_MS } from "../../units.ts";
import type { EpochMs } from "../../units.ts";
import type { ContractResource, OrderResource } from "../../views/resources.ts";
import { formatTime, parseTime } from "../../wire/time.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { marketTime, moment } from "./moment.ts";
import { cancelCommand } from "./orders-command.ts";
import { print } from "./output.ts";
import { gpuCount } from "./wanted.ts";

interface Options extends Asking {
  readonly price: string;
  readonly gpus?: string;
  readonly start?: string;
  readonly end?: string;
  readonly wait?: string;
}

const EXAMPLES = `  spillway sell ord_7f3k.0 --price 1.40              all that is left of it
  spillway sell ord_7f3k.0 --price 1.40 --gpus 16 --start +2h
`;

export function sellCommand(): Command {
  const description = "Put a part of a contract up for resale; its promise travels along.";
  return group("sell", description, [
    sellPart(),
    cancelCommand(
      "Take a listing back; what has been sold stays sold.",
      "  spillway sell cancel ord_9c2m\n",
    ),
  ]).usage("<CONTRACT> --price <PRICE> [options] | cancel <LISTING>");
}

function sellPart(): Command {
  return clientCommand("part", "Put a part of a contract up for resale.", EXAMPLES)
    .argument("<CONTRACT>")
    .requiredOption("--price <PRICE>", "dollars for a GPU for an hour, at least")
    .option("--gpus <N>", "how many; left out: all")
    .option("--start <TIME>", "from when on; left out: now, or its start")
    .option("--end <TIME>", "until when; left out: its end")
    .option("--wait <TIME>", "stand in the book until then; left out: its end")
    .action(sell);
}

async function sell(id: string, options: Options): Promise<void> {
  const login = loginFrom(options);
  const contract = await ask<ContractResource>(login, "GET", path`/v1/contracts/${id}`);
  const now = ceilTo(await marketTime(login), MINUTE_MS);
  const start = await moment(login, "--start", options.start);
  const from = start === undefined ? latest(now, timeIn(contract.start)) : timeIn(start);
  const end = (await moment(login, "--end", options.end)) ?? contract.end;
  if (from >= timeIn(end)) throw new UsageError(`nothing is left to sell before ${end}`);
  const body = {
    side: "sell",
    contract: id,
    sku: contract.sku,
    gpus: options.gpus === undefined ? contract.gpus : gpuCount(options.gpus),
    start: formatTime(from),
    duration: formatDuration(elapsed(from, timeIn(end))),
    limit_price: options.price,
    expires: (await moment(login, "--wait", options.wait)) ?? end,
  };
  const order = await ask<OrderResource>(login, "POST", "/v1/orders", { body });
  print(order, options.json, () => {
    const { gpus, filled_gpus, limit_price, status } = order;
    return `Listing ${order.id} is ${status}: ${gpus} GPUs at $${limit_price}, ${filled_gpus} are sold.`;
  });
}

function timeIn(text: string): EpochMs {
  const time = parseTime(text);
  if (time === null) throw new Error(`the server's time is no time: ${text}`);
  return time;
}
