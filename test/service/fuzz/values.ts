import type { Random } from "../../../src/demo/random.ts";
import { chance } from "../../../src/demo/random.ts";
import { epochMs, HOUR_MS, MINUTE_MS } from "../../../src/units.ts";
import { formatTime } from "../../../src/wire/time.ts";
import { oneOf, whole } from "../../../sim/draw.ts";
import { garbage } from "./garbage.ts";
import type { Schema } from "./operations.ts";

/** What is known of the market that the requests go to. */
export interface Known {
  readonly random: Random;
  readonly now: () => number;
  /** Names and ids that exist, or did; ids by the part of the address under which they stand. */
  readonly accounts: readonly string[];
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Chance that a value is anything at all. */
  readonly mess: number;
}

const DURATIONS = ["1m", "15m", "1h", "4h", "1d", "90s", "7d"];
const PRICES = ["0.01", "0.50", "1.25", "2.00", "9.00", "250.00"];

/** The pattern of names that accounts have. */
const SLUG = "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$";

/** What fields are called says more than their schemas do. */
const BY_NAME: Readonly<Record<string, (known: Known, schema: Schema) => unknown>> = {
  sku: () => "A100-80G",
  pool: () => "a100",
  gpus: ({ random }) => 8 * whole(random, 1, 8),
  account: ({ random, accounts }) => oneOf(random, accounts),
  contract: (known) => idOf(known, "contracts"),
  subject: (known) => idOf(known, "contracts"),
  member: (known) => idOf(known, "members"),
  id: (known, { pattern }) =>
    pattern === SLUG ? oneOf(known.random, known.accounts) : anyId(known),
  fabric: ({ random }) => oneOf(random, ["a100-1", "a100-2", "one", "any"]),
  email: ({ random }) => `m${whole(random, 0, 99)}@example.com`,
  reference: ({ random }) => `paid-${whole(random, 0, 99_999)}`,
  job: ({ random }) => String(whole(random, 1, 5)),
  after: ({ random }) => String(whole(random, 0, 500)),
  uri: () => "s3://bucket/run-7",
  duration: ({ random }) => oneOf(random, DURATIONS),
  longest_duration: ({ random }) => oneOf(random, DURATIONS),
};

/** Mostly one that stands there. */
export function idOf(known: Known, where: string): string {
  const { random, ids } = known;
  const fitting = ids.get(where) ?? [];
  return fitting.length === 0 || chance(random, 0.15) ? anyId(known) : oneOf(random, fitting);
}

function anyId({ random, ids }: Known): string {
  return oneOf(random, oneOf(random, [...ids.values()]));
}

/** A value that its schema allows, or nearly: now and then it is garbage. */
export function valueFor(known: Known, name: string, schema: Schema): unknown {
  const { random, mess } = known;
  if (chance(random, mess)) return garbage(random);
  if (schema.enum !== undefined) return oneOf(random, schema.enum);
  if (schema.anyOf !== undefined) return valueFor(known, name, oneOf(random, schema.anyOf));
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["object"]);
  const type = oneOf(random, types);
  if (type === "null") return null;
  const named = BY_NAME[name];
  if (named !== undefined && type !== "object" && type !== "array") return named(known, schema);
  return ofType(known, name, type, schema);
}

function ofType(known: Known, name: string, type: string, schema: Schema): unknown {
  const { random } = known;
  switch (type) {
    case "string":
      return text(known, schema);
    case "integer":
    case "number":
      return numberFor(random, type, schema);
    case "boolean":
      return chance(random, 0.5);
    case "array": {
      const { items = {} } = schema;
      const length = whole(random, Number(schema["minItems"] ?? 0), 3);
      return Array.from({ length }, () => valueFor(known, name, items));
    }
    default:
      return objectFor(known, schema);
  }
}

function objectFor(known: Known, schema: Schema): Record<string, unknown> {
  const { random, mess } = known;
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => schema.required?.includes(name) === true || chance(random, 0.4))
    .filter(() => !chance(random, mess / 4))
    .map(([name, each]) => [name, valueFor(known, name, each)] as const);
  const extra = chance(random, mess / 2) ? [["surprise", garbage(random)] as const] : [];
  return Object.fromEntries([...entries, ...extra]);
}

function text({ random, now }: Known, schema: Schema): string {
  if (schema["format"] === "date-time") {
    const minutes = whole(random, -2 * 60, 72 * 60);
    const hour = Math.floor(now() / HOUR_MS) * HOUR_MS;
    return formatTime(epochMs(hour + minutes * MINUTE_MS));
  }
  if (schema["format"] === "date") return new Date(now()).toISOString().slice(0, 10);
  const { example } = schema;
  if (typeof example !== "string") return `text ${whole(random, 0, 999)}`;
  return /^\d+\.\d+$/.test(example) ? oneOf(random, PRICES) : example;
}

function numberFor(random: Random, type: string, schema: Schema): number {
  const low = Number(schema["minimum"] ?? 0);
  const high = Math.min(Number(schema["maximum"] ?? 200), low + 200);
  return type === "integer" ? whole(random, low, high) : low + random() * (high - low);
}
