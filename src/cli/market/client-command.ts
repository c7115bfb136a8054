import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { DEFAULT_NAME, DEFAULT_URL, keptLogins } from "../../client/credentials.ts";
import { UsageError } from "../options.ts";

/** Nobody has said as whom the API is to be asked. */
export class NotLoggedIn extends Error {
  override readonly name = "NotLoggedIn";
}

/** What every command that asks the API takes. */
export interface Asking {
  readonly json?: true;
  readonly as?: string;
  readonly url?: string;
  readonly keyFile?: string;
}

/** Of each command, for the help of the group that it is in. */
const examplesOf = new WeakMap<Command, string>();

/** @param examples lines that can be typed as they stand, indented by two; a group shows the first of each command */
export function clientCommand(name: string, description: string, examples: string): Command {
  const command = new Command(name)
    .description(description)
    .optionsGroup("Asking:")
    .option("--json", "the API's answer as it is")
    .option("--as <LOGIN>", "as which of the logins that are kept")
    .option("--url <URL>", "where the API is")
    .option("--key-file <FILE>", "a file with the API key")
    .optionsGroup("Options:")
    .addHelpText("after", `\nExamples:\n${examples}`);
  examplesOf.set(command, examples);
  return command;
}

/** A word with commands of its own; the first of them is meant where none is named. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const command = new Command(name).description(description);
  for (const [index, each] of commands.entries()) {
    command.addCommand(each, { isDefault: index === 0 });
  }
  const examples = commands.map((each) => examplesOf.get(each)?.split("\n")[0] ?? "");
  return command.addHelpText("after", `\nExamples:\n${examples.join("\n")}\n`);
}

/**
 * What the command line says, before the environment (`SPILLWAY_URL`, `SPILLWAY_KEY`), before what `spillway login` kept.
 * @throws NotLoggedIn, UsageError
 */
export function loginFrom(options: Asking): Login {
  const name = options.as ?? DEFAULT_NAME;
  const kept = keptLogins()[name];
  if (options.as !== undefined && kept === undefined) {
    throw new NotLoggedIn(`no login "${name}" is kept: spillway login --as ${name} --key-file …`);
  }
  const fromEnvironment = options.as === undefined ? process.env["SPILLWAY_KEY"] : undefined;
  const key = options.keyFile === undefined ? fromEnvironment : keyIn(options.keyFile);
  const known = key ?? kept?.key;
  if (known === undefined) {
    throw new NotLoggedIn("not logged in: spillway login --key-file …, or set SPILLWAY_KEY");
  }
  return { url: urlFrom(options, kept?.url), key: known };
}

export function urlFrom({ url }: Asking, kept?: string): string {
  const given = url ?? process.env["SPILLWAY_URL"] ?? kept ?? DEFAULT_URL;
  if (!/^https?:\/\/[^/]/.test(given) || !URL.canParse(given)) {
    throw new UsageError(`the URL is http://… or https://…, not "${given}"`);
  }
  return given;
}

/** @throws UsageError */
export function keyIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (fault) {
    throw new UsageError(`--key-file: ${file} cannot be read`, { cause: fault });
  }
}
