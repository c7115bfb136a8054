import { Command } from "commander";

/** Where a lab lives. */
export interface Place {
  readonly dir: string;
}

export const HERE = "spillway-lab";

/** A command about the lab in a folder. */
export function labSubcommand(name: string, description: string, examples: string): Command {
  return new Command(name)
    .description(description)
    .option("--dir <FOLDER>", "where the lab lives, a folder of its own", HERE)
    .addHelpText("after", `\nExamples:\n${examples}`);
}
