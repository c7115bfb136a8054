import type { Json } from "../ports.ts";

/**
 * Events as JSON. What JSON lacks is tagged: `{"$": "bigint", "value": "12"}`, `{"$": "number", "value": "Infinity"}`,
 * `{"$": "float64", "value": […]}`. Nothing else in an event has a key `$`.
 */
const TAG = "$";

export function encode(value: unknown): Json {
  switch (typeof value) {
    case "bigint":
      return { [TAG]: "bigint", value: value.toString() };
    case "number":
      return Number.isFinite(value) ? value : { [TAG]: "number", value: String(value) };
    case "string":
    case "boolean":
      return value;
    case "object":
      return encodeObject(value);
    default:
      throw new Error(`bug: an event holds data, not ${typeof value}`);
  }
}

function encodeObject(value: object | null): Json {
  if (value === null) return null;
  if (value instanceof Float64Array) return { [TAG]: "float64", value: [...value] };
  if (Array.isArray(value)) return value.map(encode);
  const encoded: Record<string, Json> = {};
  for (const [key, each] of Object.entries(value)) {
    if (each !== undefined) encoded[key] = encode(each);
  }
  return encoded;
}

export function decode(value: Json): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(decode);
  const tagged = value["value"];
  switch (value[TAG]) {
    case "bigint":
      return BigInt(tagged as string);
    case "number":
      return Number(tagged);
    case "float64":
      return Float64Array.from(tagged as readonly number[]);
    default:
      return decodeFields(value);
  }
}

function decodeFields(value: { readonly [key: string]: Json }): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const key in value) decoded[key] = decode(value[key] ?? null);
  return decoded;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Makes the payload of version `from` one of version `from + 1`. */
export type Upcaster = (payload: Json) => Json;

/** By type of event, the first from version 1. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

/** An event in the journal is never rewritten: it is read as what it now means. */
export const UPCASTERS: Upcasters = {};

/** The version that is written now: the one that the last upcaster makes; 1 where there is none. */
export function versionOf(type: string, upcasters: Upcasters): number {
  return (upcasters[type] ?? []).length + 1;
}

/** @throws where the event was written by a newer Spillway than this one */
export function upcast(type: string, version: number, payload: Json, upcasters: Upcasters): Json {
  const known = versionOf(type, upcasters);
  if (version > known) {
    throw new Error(
      `the journal holds a "${type}" of version ${version}, and this Spillway knows only up to ${known}: install the newer one`,
    );
  }
  const steps = (upcasters[type] ?? []).slice(version - 1);
  return steps.reduce((old, step) => step(old), payload);
}
