import { fileURLToPath } from "node:url";
import { z } from "zod";

type Value = string | number | boolean | null;

/** What can be set, each by a flag, an environment variable or a key of the file: `port`, `--port`, `SPILLWAY_PORT`. */
interface Setting<Shape extends z.ZodType = z.ZodType> {
  readonly shape: Shape;
  readonly default: z.output<Shape> & Value;
  /** How a flag's value is named in the help; null: a switch, which has none. */
  readonly placeholder: string | null;
  /** For the help and the operator's guide. */
  readonly sentence: string;
  /** Never shown. A URL is shown without its password. */
  readonly secret?: "all" | "url";
  /** A path, which is read from the folder of the file that names it. */
  readonly isPath?: true;
}

const BENCHMARK_POLICY = fileURLToPath(new URL("../../policies/benchmark.json", import.meta.url));

const text = z.string().min(1, "expected a text");
const path = text.nullable();
const toggle = z.boolean("expected true or false");
const whole = (least: number, most: number) =>
  z
    .int(`expected a whole number from ${least} to ${most}`)
    .min(least, `expected a whole number from ${least} to ${most}`)
    .max(most, `expected a whole number from ${least} to ${most}`);

const setting = <Shape extends z.ZodType>(described: Setting<Shape>): Setting<Shape> => described;

export const SETTINGS = {
  host: setting({
    shape: text,
    default: "127.0.0.1",
    placeholder: "ADDRESS",
    sentence: "The address that the API listens on",
  }),
  port: setting({
    shape: whole(0, 65_535),
    default: 8420,
    placeholder: "N",
    sentence: "The port that the API listens on; 0: any that is free",
  }),
  behind_proxy: setting({
    shape: toggle,
    default: false,
    placeholder: null,
    sentence: "A proxy in front ends TLS, and says in X-Forwarded-For who is asking",
  }),
  tls_cert: setting({
    shape: path,
    default: null,
    placeholder: "FILE",
    sentence: "Certificate chain (PEM): the API then speaks HTTPS by itself",
    isPath: true,
  }),
  tls_key: setting({
    shape: path,
    default: null,
    placeholder: "FILE",
    sentence: "Private key (PEM) of the certificate",
    isPath: true,
  }),
  data_dir: setting({
    shape: text,
    default: "./spillway-data",
    placeholder: "FOLDER",
    sentence: "Where the owner's first key is written, and the embedded store lives",
    isPath: true,
  }),
  database_url: setting({
    shape: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "expected postgres://user@host:port/database")
      .nullable(),
    default: null,
    placeholder: "URL",
    sentence: "A PostgreSQL server; without it, the embedded store is used",
    secret: "url",
  }),
  database_url_file: setting({
    shape: path,
    default: null,
    placeholder: "FILE",
    sentence: "A file that holds the database's URL, so that it stands in no environment",
    isPath: true,
  }),
  policy: setting({
    shape: text,
    default: BENCHMARK_POLICY,
    placeholder: "FILE",
    sentence: "The owner's policy, for pools that are opened anew",
    isPath: true,
  }),
  cluster: setting({
    shape: path,
    default: null,
    placeholder: "FILE",
    sentence: "The real clusters that are sold from (JSON); without it, a simulated site is",
    isPath: true,
  }),
  speed: setting({
    shape: whole(1, 9_999),
    default: 60,
    placeholder: "N",
    sentence: "Times as fast as the clock outside: for the simulated site; 1 with a real cluster",
  }),
  seed: setting({
    shape: whole(0, 999_999_999),
    default: 1,
    placeholder: "N",
    sentence: "For the simulated site: what its owner wants from now on",
  }),
  requests_per_minute: setting({
    shape: whole(1, 10_000_000),
    default: 6_000,
    placeholder: "N",
    sentence: "Requests that one API key may send in a minute",
  }),
  snapshot_every: setting({
    shape: whole(1_000, 100_000_000),
    default: 50_000,
    placeholder: "N",
    sentence:
      "Events from one snapshot of the state to the next: a start replays no more than these",
  }),
  stripe_api_key: setting({
    shape: z
      .string()
      .regex(/^(sk|rk)_/, "expected a key that begins with sk_ or rk_")
      .nullable(),
    default: null,
    placeholder: "KEY",
    sentence: "Stripe's API key: customers pay in by themselves; needs the webhook's secret too",
    secret: "all",
  }),
  stripe_webhook_secret: setting({
    shape: z
      .string()
      .regex(/^whsec_./, "expected a secret that begins with whsec_")
      .nullable(),
    default: null,
    placeholder: "SECRET",
    sentence: "Of the endpoint /hooks/stripe, to which Stripe sends what was paid",
    secret: "all",
  }),
  log_level: setting({
    shape: z.enum(["debug", "info", "warn", "error"], "expected debug, info, warn or error"),
    default: "info",
    placeholder: "LEVEL",
    sentence: "The least that is logged; requests are logged at info",
  }),
  dry_run: setting({
    shape: toggle,
    default: false,
    placeholder: null,
    sentence: "On real clusters, say what would be done to them, and do nothing",
  }),
  production: setting({
    shape: toggle,
    default: false,
    placeholder: null,
    sentence: "Refuse to start on what real money may not depend on",
  }),
  simulated: setting({
    shape: toggle,
    default: false,
    placeholder: null,
    sentence: "In production, sell from simulated clusters all the same: no GPU of theirs is real",
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** Every setting with a value. */
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]["shape"]>;
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** As {@link SETTINGS}, for whoever treats them all alike. */
export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

export function flagOf(name: SettingName): string {
  return `--${name.replaceAll("_", "-")}`;
}

export function variableOf(name: SettingName): string {
  return `SPILLWAY_${name.toUpperCase()}`;
}
