import { Command } from "commander";
import { readPolicy } from "../readers/policy-json.ts";
import { openText } from "../readers/source.ts";
import { shownSettings } from "../server/masked.ts";
import { faultsInProduction } from "../server/production.ts";
import { UsageError } from "./options.ts";
import { configOf, strayVariables, withSettings } from "./settings-options.ts";
import { writeError } from "./stderr.ts";

const EXAMPLES = `
Examples:
  spillway config check --config spillway.json --production
`;

export function configCommand(): Command {
  const check = new Command("check")
    .description(
      "Print every setting, where it comes from, and what is wrong with it. It opens nothing.",
    )
    .addHelpText("after", EXAMPLES)
    .action(async () => checkConfig(check));
  return new Command("config")
    .description("Settings of spillway serve.")
    .addCommand(withSettings(check));
}

async function checkConfig(command: Command): Promise<void> {
  const config = configOf(command);
  const shown = shownSettings(config);
  const widths = [0, 0];
  for (const { name, value } of shown) {
    widths[0] = Math.max(widths[0] ?? 0, name.length);
    widths[1] = Math.max(widths[1] ?? 0, Math.min(value.length, 40));
  }
  for (const { name, value, origin } of shown) {
    const cells = [name.padEnd(widths[0] ?? 0), value.padEnd(widths[1] ?? 0), origin];
    process.stdout.write(`${cells.join("  ")}\n`);
  }
  for (const name of strayVariables(process.env)) {
    writeError(`note: ${name} is no setting, and is not read\n`);
  }
  await readPolicy(await openText(config.settings.policy));
  refuseInProduction(config.settings);
}

/** @throws UsageError where production was asked for and is not possible with these settings */
export function refuseInProduction(settings: ReturnType<typeof configOf>["settings"]): void {
  const faults = settings.production ? faultsInProduction(settings) : [];
  if (faults.length > 0) throw new UsageError(`not for production:\n${faults.join("\n")}`);
}
