import type { ValidateFunction } from "ajv/dist/2020.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Operation, Schema } from "./operations.ts";

/** An answer as it came over the wire. */
export interface Wire {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** @returns what is wrong with it, in a sentence; null: nothing */
export type AnswerCheck = (operation: Operation | null, wire: Wire) => string | null;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Holds answers against what the API's own description says of them, and of nothing more than that. */
export function answerCheck(operations: readonly Operation[]): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, formats: { "date-time": TIME, date: DAY } });
  const compiled = new Map<Schema, ValidateFunction>();
  const validate = (schema: Schema, value: unknown): string | null => {
    const check = compiled.get(schema) ?? ajv.compile(closed(schema));
    compiled.set(schema, check);
    return check(value) ? null : ajv.errorsText(check.errors);
  };
  const error = operations[0]?.responses["401"]?.["application/json"];
  if (error === undefined) throw new Error("the description says nothing of errors");
  return (operation, { status, headers, text }) => {
    if (status >= 500) return `answers ${status}: ${text.slice(0, 400)}`;
    if (headers.get("X-Request-Id") === null) return "answers without X-Request-Id";
    const type = headers.get("Content-Type")?.split(";")[0] ?? "none";
    const described = operation === null ? null : operation.responses[String(status)];
    if (described === undefined) return `answers ${status}, which is not described`;
    const schema = described === null ? error : described[type];
    if (schema === undefined) return `answers ${status} as ${type}, which is not described`;
    // HEAD has no body.
    if (type !== "application/json" || text === "") return null;
    const fault = validate(schema, JSON.parse(text));
    return fault === null ? null : `answers ${status} ${text.slice(0, 400)}: ${fault}`;
  };
}

/** What is not described is not allowed. */
function closed(schema: unknown): Schema {
  if (Array.isArray(schema)) return schema.map(closed) as unknown as Schema;
  if (typeof schema !== "object" || schema === null) return schema as Schema;
  const { allOf, ...rest } = schema as { readonly allOf?: readonly Schema[] };
  const inside = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, NAMES.has(name) ? value : closed(value)]),
  );
  if (allOf !== undefined) return { ...inside, allOf, unevaluatedProperties: false };
  const isOpen = !("properties" in inside) || "additionalProperties" in inside;
  return isOpen ? inside : { ...inside, additionalProperties: false };
}

/** Keywords whose value is no schema, though it may look like one. */
const NAMES = new Set(["example", "default", "enum", "const", "required"]);
