/** As much of an OpenAPI document as the page shows. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content & { readonly description?: string }>>;
}

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export type Schemas = Readonly<Record<string, Schema>>;

/** What a reference stands for; of alternatives the first that is not null. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return resolved(schemas[nameOf($ref)] ?? {}, schemas);
  const choice = (anyOf ?? oneOf ?? allOf)?.find(({ type }) => type !== "null");
  return choice === undefined ? schema : resolved(choice, schemas);
}

/** The component that the schema, or each of its items, is. */
export function componentOf({ $ref, items, anyOf }: Schema): string | null {
  if ($ref !== undefined) return nameOf($ref);
  const inner = items ?? anyOf?.find((each) => each.$ref !== undefined);
  return inner === undefined ? null : componentOf(inner);
}

/** What an answer is: of a page of a list, what it lists. */
export function answerText(schema: Schema, schemas: Schemas): string {
  const { properties = {} } = resolved(schema, schemas);
  return schema.$ref === undefined && properties["data"] !== undefined
    ? typeText(properties["data"], schemas)
    : typeText(schema, schemas);
}

/** `string`, `integer or null`, `list of Order`. */
export function typeText(schema: Schema, schemas: Schemas): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  const known = resolved(schema, schemas);
  const types = [known.type ?? "object"].flat();
  const named = types.map((type) => {
    if (type === "array") return `list of ${typeText(known.items ?? {}, schemas)}`;
    return type === "string" && known.format === "date-time" ? "time" : type;
  });
  const isNullable = schema.anyOf?.some(({ type }) => type === "null") === true;
  return [...named, ...(isNullable && !types.includes("null") ? ["null"] : [])].join(" or ");
}

function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** What a field of this name holds, where its schema says no more. */
const USUAL: Readonly<Record<string, unknown>> = {
  id: "ord_7f3kq2m9",
  account: "acme",
  sku: "A100-80G",
  pool: "a100",
  fabric: "a100-1",
  site: "lab",
  name: "Acme Research",
  email: "ops@acme.example",
  order: "ord_7f3kq2m9",
  contract: "ord_7f3kq2m9.12",
  contracts: "ord_7f3kq2m9.12",
  next_cursor: null,
  cursor: "MTIgb3JkXzdmM2s",
  gpus: 16,
  url: "https://acme.example/hooks",
};

const DEEPEST = 6;

/**
 * What a value of the schema may look like.
 * @param onlyRequired a request as short as it may be
 */
export function exampleOf(
  schema: Schema,
  schemas: Schemas,
  onlyRequired: boolean,
  name = "",
  depth = 0,
): unknown {
  const known = resolved(schema, schemas);
  const given = schema.example ?? known.example ?? known.enum?.[0] ?? known.default ?? USUAL[name];
  if (given !== undefined) return given;
  const [type] = [known.type ?? "object"].flat();
  switch (type) {
    case "array":
      return depth > DEEPEST
        ? []
        : [exampleOf(known.items ?? {}, schemas, onlyRequired, name, depth + 1)];
    case "object":
      return exampleFields(known, schemas, onlyRequired, depth);
    case "integer":
      return 8;
    case "number":
      return 0.05;
    case "boolean":
      return false;
    default:
      return "…";
  }
}

function exampleFields(
  { properties = {}, required = [] }: Schema,
  schemas: Schemas,
  onlyRequired: boolean,
  depth: number,
): Record<string, unknown> {
  if (depth > DEEPEST) return {};
  const shown = Object.entries(properties).filter(
    ([field]) => !onlyRequired || required.includes(field),
  );
  return Object.fromEntries(
    shown.map(([field, each]) => [field, exampleOf(each, schemas, onlyRequired, field, depth + 1)]),
  );
}
