import { type Command, Option } from "commander";
import type { Config } from "../server/config.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import type { SettingName } from "../server/settings.ts";
import { flagOf, SETTING_NAMES, settingOf, variableOf } from "../server/settings.ts";
import { UsageError } from "./options.ts";

const FILE_VARIABLE = "SPILLWAY_CONFIG";

/** Of commands that open the store and nothing else. */
export const STORE_SETTINGS = ["data_dir", "database_url", "database_url_file"] as const;

/** Adds the flags of these settings, and `--config`. */
export function withSettings(
  command: Command,
  names: readonly SettingName[] = SETTING_NAMES,
): Command {
  command.option("--config <FILE>", `settings as JSON (or ${FILE_VARIABLE})`);
  for (const name of names) command.addOption(optionOf(name));
  return command.addHelpText(
    "after",
    "\nEvery setting may also stand in the environment or the file: see spillway config check.\n",
  );
}

function optionOf(name: SettingName): Option {
  const { placeholder, sentence, default: usual } = settingOf(name);
  const flag = flagOf(name);
  const shown = usual === null || typeof usual === "boolean" ? "" : ` (default: ${String(usual)})`;
  // Flags know of no default: a flag that was not given leaves it to the environment and the file.
  const value = placeholder === null ? flag : `${flag} <${placeholder}>`;
  return new Option(value, `${sentence}${name === "policy" ? "" : shown}`);
}

/** @throws UsageError that names each fault's source */
export function configOf(command: Command): Config {
  const given = command.opts<Readonly<Record<string, string | boolean | undefined>>>();
  const flags: Partial<Record<SettingName, string | boolean>> = {};
  for (const name of SETTING_NAMES) {
    const value = given[attributeOf(name)];
    if (value !== undefined) flags[name] = value;
  }
  const file = given["config"] ?? (process.env[FILE_VARIABLE] || undefined);
  try {
    const environment = process.env;
    return readConfig({ flags, environment, file: typeof file === "string" ? file : null });
  } catch (fault) {
    if (fault instanceof ConfigError) throw new UsageError(fault.message, { cause: fault });
    throw fault;
  }
}

/** As commander names an option's value. */
function attributeOf(name: SettingName): string {
  return new Option(flagOf(name)).attributeName();
}

/** Variables that look like settings and are none: nobody would notice a misspelt one otherwise. */
export function strayVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>([
    ...SETTING_NAMES.map(variableOf),
    FILE_VARIABLE,
    ...OF_THE_CLIENT,
  ]);
  return Object.keys(environment).filter(
    (name) => name.startsWith("SPILLWAY_") && !known.has(name),
  );
}

const OF_THE_CLIENT = ["SPILLWAY_KEY", "SPILLWAY_URL"];
