import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { moment } from "./moment.ts";

/** What a buyer wants, as options; the same to ask for a price, to buy and to change an order. */
export interface Wanted extends Asking {
  readonly for?: string;
  readonly longest?: string;
  readonly start?: string;
  readonly latestStart?: string;
  readonly limit?: string;
  readonly notice?: string;
  readonly oneFabric?: true;
  readonly partial?: true;
  readonly wait?: string;
  readonly account?: string;
}

export function withWanted(command: Command): Command {
  return command
    .option("--for <DURATION>", "how long: 90m, 4h, 3d")
    .option("--longest <DURATION>", "longer if there is room: at most this")
    .option("--start <TIME>", "when: +2h, 2026-12-01T08:00Z; left out: the next minute")
    .option("--latest-start <TIME>", "or later, until then")
    .option("--limit <PRICE>", "dollars for a GPU for an hour, at most")
    .option("--notice <NOTICE>", "the shortest notice of recall that is acceptable: firm, 4h, 15m")
    .option("--one-fabric", "all GPUs in one fabric")
    .option("--partial", "fewer GPUs are welcome too")
    .option("--account <ID>", "for whom: only the owner buys for others");
}

/** The body of an order, or of a quote, as far as the options say it. */
export async function wantedBody(login: Login, wanted: Wanted) {
  return {
    duration: wanted.for,
    longest_duration: wanted.longest,
    start: await moment(login, "--start", wanted.start),
    latest_start: await moment(login, "--latest-start", wanted.latestStart),
    limit_price: wanted.limit,
    notice_at_least: wanted.notice,
    fabric: wanted.oneFabric === true ? "one" : undefined,
    fill: wanted.partial === true ? "partial" : undefined,
    account: wanted.account,
  };
}

/** How many, of what, for how long: without these there is nothing to ask. */
export async function askedBody(login: Login, gpus: string, sku: string, wanted: Wanted) {
  if (wanted.for === undefined) throw new UsageError("say for how long: --for 4h");
  return { sku, gpus: gpuCount(gpus), ...(await wantedBody(login, wanted)) };
}

export function gpuCount(text: string): number {
  if (/^\d{1,8}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new UsageError(`GPUs are a whole number, not "${text}"`);
}
