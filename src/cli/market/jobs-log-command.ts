import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type Command, Option } from "commander";
import type { Login } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import type { Job, JobLog } from "../../client/shapes.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { print } from "./output.ts";

interface Options extends Asking {
  readonly from?: string;
  readonly follow?: true;
}

const EXAMPLES = `  spillway jobs log ord_7f3k.0 4711
  spillway jobs log ord_7f3k.0 4711 --from 0 > train.log       all of it
  spillway jobs log ord_7f3k.0 4711 --follow
`;

const LOOK_EVERY_MS = 2_000;
const GOING_ON: readonly Job["status"][] = ["waiting", "running", "ending"];

export function jobsLogCommand(): Command {
  return clientCommand("log", "What a job has written: the last of it.", EXAMPLES)
    .argument("<CONTRACT>")
    .argument("<JOB>")
    .option("--from <BYTE>", "all of it from this byte on")
    .addOption(
      new Option("--follow", "and what it writes from now on, until it ends").conflicts("json"),
    )
    .action(async (contract: string, job: string, options: Options) => {
      const login = loginFrom(options);
      const address = path`/v1/contracts/${contract}/jobs/${job}`;
      const from = byteOf(options.from);
      if (options.json === true) {
        const piece = await ask<JobLog>(login, "GET", `${address}/log`, { query: { from } });
        print(piece, true, () => piece.text);
      } else await writeLog(login, address, from, options);
    });
}

/** Piece by piece, up to its present end; where it is followed, until the job has ended. */
async function writeLog(
  login: Login,
  address: string,
  from: number | undefined,
  { follow }: Options,
): Promise<void> {
  let place = from;
  for (;;) {
    // Asked before: what the job has written by its end is in what is read afterwards.
    const goesOn = follow === true && (await isGoingOn(login, address));
    place = await writeUpToEnd(login, address, place);
    if (!goesOn) return;
    await pause(LOOK_EVERY_MS);
  }
}

async function isGoingOn(login: Login, address: string): Promise<boolean> {
  return GOING_ON.includes((await ask<Job>(login, "GET", address)).status);
}

/** @returns where to go on */
async function writeUpToEnd(
  login: Login,
  address: string,
  from: number | undefined,
): Promise<number> {
  for (let place = from; ;) {
    const piece = await ask<JobLog>(login, "GET", `${address}/log`, { query: { from: place } });
    process.stdout.write(shown(piece.text));
    place = piece.next;
    if (piece.next >= piece.size || piece.text === "") return place;
  }
}

/** Nothing that steers a terminal gets to one. */
function shown(text: string): string {
  if (!process.stdout.isTTY) return text;
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\r\t]/gu, "");
}

function byteOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--from is a byte's place, 0 for the first, not "${text}"`);
}
