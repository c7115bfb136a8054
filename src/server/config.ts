/** Settings from where they stand: a flag before the environment, that before the file, that before the default. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { SettingName, Settings } from "./settings.ts";
import { flagOf, SETTING_NAMES, settingOf, variableOf } from "./settings.ts";

/** Where settings may stand. A flag's and a variable's value is a text, except that a switch's flag is true. */
export interface ConfigSources {
  readonly flags: Readonly<Partial<Record<SettingName, string | boolean>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path of a JSON file; null: none. */
  readonly file: string | null;
}

export interface Config {
  readonly settings: Settings;
  /** Where each comes from: `--port`, `SPILLWAY_PORT`, `spillway.json` or `default`. */
  readonly origins: Readonly<Record<SettingName, string>>;
}

/** What is wrong with the settings, a sentence each, with where and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

interface Found {
  readonly value: unknown;
  readonly origin: string;
}

/** @throws ConfigError with everything that is wrong */
export function readConfig(sources: ConfigSources): Config {
  const faults: string[] = [];
  const file = fileSettings(sources.file, faults);
  const settings: Record<string, unknown> = {};
  const origins: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const { value, origin } = find(name, sources, file);
    origins[name] = origin;
    const parsed = settingOf(name).shape.safeParse(value);
    if (parsed.success) settings[name] = parsed.data;
    else faults.push(faultOf(name, origin, value, parsed.error.issues[0]?.message ?? ""));
  }
  const given = { settings: settings as Settings, origins: origins as Config["origins"] };
  const config = withRealSpeed(given);
  if (faults.length === 0) faults.push(...contradictions(config.settings));
  if (faults.length > 0) throw new ConfigError(faults);
  return withUrlFromFile(config);
}

function find(name: SettingName, sources: ConfigSources, file: Readonly<Record<string, unknown>>) {
  const flag = sources.flags[name];
  if (flag !== undefined) return { value: fromText(name, flag), origin: flagOf(name) };
  const variable = sources.environment[variableOf(name)];
  // An empty variable is one that is not set: compose files and unit files can't unset them.
  if (variable !== undefined && variable !== "") {
    return { value: fromText(name, variable), origin: variableOf(name) };
  }
  if (Object.hasOwn(file, name)) return inFile(name, file[name], sources.file ?? "");
  return { value: settingOf(name).default, origin: "default" };
}

/** A path in the file is read from the file's own folder, wherever the process was started. */
function inFile(name: SettingName, value: unknown, file: string): Found {
  const isPath = settingOf(name).isPath === true && typeof value === "string" && value !== "";
  return { value: isPath ? resolve(dirname(file), value) : value, origin: file };
}

/** Whatever a text can't be read as stays a text, for the setting's shape to refuse. */
function fromText(name: SettingName, given: string | boolean): unknown {
  const { default: usual } = settingOf(name);
  if (typeof given === "boolean") return given;
  if (typeof usual === "number" && /^\d{1,15}$/.test(given)) return Number(given);
  if (typeof usual === "boolean" && /^(?:true|false)$/.test(given)) return given === "true";
  return given;
}

function fileSettings(file: string | null, faults: string[]): Readonly<Record<string, unknown>> {
  if (file === null) return {};
  try {
    const settings: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (settings === null || typeof settings !== "object" || Array.isArray(settings)) {
      throw new Error("it is no JSON object");
    }
    const unknown = Object.keys(settings).filter((key) => !SETTING_NAMES.includes(key as never));
    faults.push(...unknown.map((key) => `${file}: ${key} is no setting: take it out`));
    return settings as Readonly<Record<string, unknown>>;
  } catch (cause) {
    faults.push(`${file}: it can't be read: ${cause instanceof Error ? cause.message : ""}`);
    return {};
  }
}

function faultOf(name: SettingName, origin: string, value: unknown, message: string): string {
  const where = origin.startsWith("-") || origin.startsWith("SPILLWAY_") ? "" : ` ${name}:`;
  const shown = settingOf(name).secret === undefined ? `, not ${JSON.stringify(value)}` : "";
  return `${origin}:${where} ${message}${shown}`;
}

/** The simulated site's usual speed is none for a real cluster. */
function withRealSpeed({ settings, origins }: Config): Config {
  const isUsual = origins.speed === "default";
  const speed = isUsual && (settings.cluster ?? null) !== null ? 1 : settings.speed;
  return { settings: { ...settings, speed }, origins };
}

function contradictions(settings: Settings): string[] {
  const faults: string[] = [];
  if ((settings.tls_cert === null) !== (settings.tls_key === null)) {
    faults.push("tls_cert and tls_key belong together: set both, or neither");
  }
  if (settings.database_url !== null && settings.database_url_file !== null) {
    faults.push("database_url and database_url_file say the same thing: set one of them");
  }
  if (settings.cluster !== null && settings.speed !== 1) {
    faults.push("a real cluster lives by the clock outside: set speed to 1, or leave it out");
  }
  return faults;
}

function withUrlFromFile({ settings, origins }: Config): Config {
  const file = settings.database_url_file;
  if (file === null) return { settings, origins };
  let url = "";
  try {
    url = readFileSync(file, "utf8").trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new ConfigError([`${origins.database_url_file}: it can't be read: ${reason}`]);
  }
  const parsed = settingOf("database_url").shape.safeParse(url);
  if (!parsed.success) {
    const message = parsed.error.issues[0]?.message ?? "";
    throw new ConfigError([`${origins.database_url_file}: in the file it names: ${message}`]);
  }
  return {
    settings: { ...settings, database_url: url },
    origins: { ...origins, database_url: file },
  };
}
