import type { Command } from "commander";
import type { Told } from "../../client/follow.ts";
import { follow } from "../../client/follow.ts";
import { parseDuration } from "../../policy/duration.ts";
import { printable } from "../../report/printable.ts";
import { UsageError } from "../options.ts";
import { writeError } from "../stderr.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { shortTime } from "./output.ts";

interface Options extends Asking {
  readonly types?: string;
  readonly after?: string;
  readonly until?: string;
  readonly about?: string;
  readonly market?: true;
  readonly timeout?: string;
}

const EXAMPLES = `  spillway watch
  spillway watch --types recall.noticed,contract.breached
  spillway watch --after 0 --until contract.ended --about ord_7f3k.0 --timeout 2m
`;

/** It was not heard in time. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

export function watchCommand(): Command {
  return clientCommand("watch", "Follow what happens, a line each, until Ctrl-C.", EXAMPLES)
    .option("--types <LIST>", "only these types, with commas")
    .option("--market", "also what concerns everyone: ladders, trades, spot prices")
    .option("--about <ID>", "only what names this contract, order, recall…")
    .option("--after <EVENT>", "begin behind this event; 0: at the very beginning; left out: now")
    .option("--until <TYPE>", "end when this has happened")
    .option("--timeout <DURATION>", "give up after so long by your own clock: 90s, 5m")
    .action(watch);
}

function onBreak(): void {
  writeError("the stream broke off: taking it up again\n");
}

async function watch(options: Options): Promise<void> {
  const login = loginFrom(options);
  const ending = new AbortController();
  const clock = startClock(options.timeout, ending);
  process.once("SIGINT", () => ending.abort());
  const { after, types, until } = options;
  try {
    for await (const told of follow(login, { after, types, signal: ending.signal, onBreak })) {
      if (!isWanted(told, options)) continue;
      process.stdout.write(`${options.json === true ? JSON.stringify(told) : line(told)}\n`);
      if (told.type === until) break;
    }
  } finally {
    clearTimeout(clock.timer);
    ending.abort();
  }
  if (clock.isUp()) throw new TimedOut(`${until ?? "the end"} was not seen in ${options.timeout}`);
}

function startClock(text: string | undefined, ending: AbortController) {
  if (text === undefined) return { timer: undefined, isUp: () => false };
  const ms = parseDuration(text);
  if (ms === null || ms === 0) throw new UsageError(`--timeout is like 90s or 5m, not "${text}"`);
  let up = false;
  const timer = setTimeout(() => {
    up = true;
    ending.abort();
  }, ms);
  return { timer, isUp: () => up };
}

/** What concerns everyone comes every minute: it is told to whoever asks for it. */
function isWanted(
  { account, type, data }: Told,
  { market, types, until, about }: Options,
): boolean {
  if (account === null && market !== true && types === undefined && type !== until) return false;
  return about === undefined || JSON.stringify(data).includes(JSON.stringify(about));
}

/** 2026-12-01 08:00  recall.noticed  contract ord_7f3k.0, gpus 16 */
export function line({ time, type, account, data }: Told): string {
  const details = Object.entries(data).map(([name, value]) => `${name} ${inWords(value)}`);
  const whose = account === null ? [] : [`account ${account}`];
  const parts = [shortTime(time), type.padEnd(20), [...whose, ...details].join(", ")];
  return printable(parts.join("  ").trimEnd());
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
