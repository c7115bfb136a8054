import { Command } from "commander";
import { Refused } from "../client/refused.ts";
import { completionCommand } from "./completion-command.ts";
import { EXIT, explained } from "./exit-codes.ts";
import { commandsOf, type Group } from "./groups.ts";
import { labCommand } from "./lab-command.ts";
import { MARKET_COMMANDS } from "./market/commands.ts";
import { meantCommand } from "./misspelt.ts";
import { writeError } from "./stderr.ts";
import { version } from "./version.ts";

const START_HERE = `
Start here:
  spillway backtest --demo       what idle GPUs would have earned, on a generated site
  spillway serve                 run a market on a simulated site
  docs/quickstart.md             from there to a sale, a recall and an invoice, in five minutes

spillway COMMAND --help shows examples. Exit codes: 0 done, 1 fault, 2 wrong input, 3 refused, 4 not allowed,
5 server not available.
`;

const LAB: readonly Group[] = [["Run:", [labCommand]]];

/** As a process of its own. @returns the exit code */
export async function run(argv: readonly string[]): Promise<number> {
  leaveQuietly();
  return carryOut(argv);
}

/** @returns the exit code; what went wrong has been said on standard error */
export async function carryOut(argv: readonly string[]): Promise<number> {
  const program = await programOf(argv[2]);
  try {
    if (argv.length <= 2) process.stdout.write(overview(program));
    else await program.parseAsync(argv);
    return EXIT.done;
  } catch (error) {
    const code = explain(error, argv.includes("--json"));
    const mayBeMisspelt = code === EXIT.input || code === EXIT.refused;
    const meant = mayBeMisspelt ? meantCommand(program, argv.slice(2)) : null;
    if (meant !== null) writeError(`Did you mean ${meant}?\n`);
    return code;
  }
}

/**
 * The tree of commands.
 * @param word the command that is meant, if it is known: what asks a server, or runs a lab, is ready without all that runs one
 */
export async function programOf(word?: string): Promise<Command> {
  const asking = commandsOf(MARKET_COMMANDS);
  const light = [...asking, ...commandsOf(LAB)];
  const isLight = light.some((each) => [each.name(), ...each.aliases()].includes(word ?? ""));
  const local = isLight ? [] : (await import("./local-commands.ts")).LOCAL_COMMANDS;
  const program = new Command("spillway")
    .description("Sell an AI cluster's idle GPUs, and take them back when training needs them.")
    .version(version())
    .addHelpText("after", START_HERE)
    .addHelpCommand(helpCommand());
  // What `lab slurm exec` runs has options of its own.
  if (word === "lab") program.enablePositionalOptions();
  const completion = completionCommand(programOf).helpGroup("Run:");
  for (const command of [...commandsOf(local), completion, ...light]) program.addCommand(command);
  tame(program);
  return program;
}

function helpCommand(): Command {
  return new Command("help")
    .argument("[command]")
    .description("Show what a command does.")
    .helpGroup("Run:");
}

/** No command ends the process or writes past us. */
function tame(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: writeError });
  for (const each of command.commands) tame(each);
}

function overview(program: Command): string {
  return program.helpInformation() + START_HERE;
}

/** Whoever read the results has seen enough (`| head -1`): that is no fault. Notes that nobody reads are dropped. */
function leaveQuietly(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    writeError(`spillway: the result cannot be written: ${error.message}\n`);
    process.exit(EXIT.fault);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** With `--json`, machines get the API's own words for what it refused. */
function explain(error: unknown, asJson: boolean): number {
  const { code, sentence } = explained(error);
  if (asJson && error instanceof Refused) {
    process.stdout.write(`${JSON.stringify(error.answer, null, 2)}\n`);
  }
  if (sentence === "") return code;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeError(`spillway: ${sentence ?? trace}\n`);
  return code;
}
