import type { Api } from "../../../src/http/context.ts";

/** A JSON schema, with all references resolved. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}

/** What /openapi.json says of one operation. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Null: it takes none. */
  readonly body: Schema | null;
  /** By status: the content's schema, by its type. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

type Node = Readonly<Record<string, unknown>>;

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, { readonly content?: Contents }>>;
}

type Contents = Readonly<Record<string, { readonly schema: Node }>>;

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every operation that the API describes, in the order of the document. */
export async function readOperations(api: Api): Promise<readonly Operation[]> {
  const document = (await (await api.request("/openapi.json")).json()) as Node;
  const paths = document["paths"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const place = { method: method.toUpperCase(), path };
      return describe(document, item[method] as RawOperation, place);
    }),
  );
}

function describe(
  document: Node,
  raw: RawOperation,
  place: Pick<Operation, "method" | "path">,
): Operation {
  const schemas = (contents: Contents): Readonly<Record<string, Schema>> =>
    Object.fromEntries(
      Object.entries(contents).map(([type, { schema }]) => [type, resolve(document, schema)]),
    );
  const responses = Object.entries(raw.responses).map(
    ([status, { content = {} }]) => [status, schemas(content)] as const,
  );
  const parameters = raw.parameters ?? [];
  return {
    ...place,
    id: raw.operationId,
    parameters: parameters.map((each) => resolve(document, each) as unknown as Parameter),
    body: schemas(raw.requestBody?.content ?? {})["application/json"] ?? null,
    responses: Object.fromEntries(responses),
  };
}

/** The schema with what it refers to in its place; the API's schemas do not contain themselves. */
function resolve(document: Node, schema: unknown): Schema {
  if (Array.isArray(schema)) {
    return schema.map((each) => resolve(document, each)) as unknown as Schema;
  }
  if (typeof schema !== "object" || schema === null) return schema as Schema;
  const { $ref: reference, ...rest } = schema as Node;
  const found = typeof reference === "string" ? at(document, reference) : {};
  const all = Object.entries({ ...(found as object), ...rest });
  return Object.fromEntries(all.map(([name, value]) => [name, resolve(document, value)]));
}

function at(document: Node, reference: string): unknown {
  const steps = reference.split("/").slice(1);
  return steps.reduce<unknown>((node, step) => (node as Node)[step], document);
}
