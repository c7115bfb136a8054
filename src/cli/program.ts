import { Command, CommanderError } from "commander";
import { InputError } from "../readers/input-error.ts";
import { backtestCommand } from "./backtest-command.ts";
import { serveCommand } from "./serve-command.ts";
import { UsageError } from "./options.ts";
import { writeError } from "./stderr.ts";
import { version } from "./version.ts";

/** Exit codes: 0 done, 1 a fault of Spillway's, 2 something in the input or the options is wrong. */
const FAULT = 1;
const BAD_INPUT = 2;

/** @returns the exit code; what went wrong has been said on standard error */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command("spillway")
    .description("Sell an AI cluster's idle GPUs, and take them back when training needs them.")
    .version(version())
    .addHelpText("after", "\nStart here: spillway backtest --demo\n")
    .addCommand(backtestCommand())
    .addCommand(serveCommand());
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: writeError });
  }
  leaveQuietly();
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/** Whoever read the results has seen enough (`| head -1`): that is no fault. Notes that nobody reads are dropped. */
function leaveQuietly(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    writeError(`spillway: the result cannot be written: ${error.message}\n`);
    process.exit(FAULT);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
  if (error instanceof InputError || error instanceof UsageError) {
    writeError(`spillway: ${error.message}\n`);
    return BAD_INPUT;
  }
  writeError(
    `spillway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return FAULT;
}
