import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Scope } from "../accounts/roles.ts";
import type { Turn } from "../journal/turn.ts";
import { requireScope } from "./authenticate.ts";
import type { Api, ApiContext, ApiEnv, Caller } from "./context.ts";
import { errorBody } from "./schemas.ts";
import type { Done } from "./submit.ts";
import { noteBeside, submit } from "./submit.ts";

const ERRORS = {
  401: "No live API key",
  403: "The key may not do this",
  404: "Not there, or not yours to see",
  409: "Refused; the code says why",
  413: "The request is too large",
  415: "The body is not JSON",
  422: "The request is not understood; details names the field",
  429: "Too many requests; see Retry-After",
  500: "A fault of Spillway's; quote the request's id",
  503: "Not now; send it again after Retry-After",
} as const;

function json<Schema extends z.ZodType>(schema: Schema) {
  return { "application/json": { schema } };
}

function errorResponse(description: string) {
  return { description, content: json(errorBody) };
}

export const ERROR_RESPONSES = {
  401: errorResponse(ERRORS[401]),
  403: errorResponse(ERRORS[403]),
  404: errorResponse(ERRORS[404]),
  409: errorResponse(ERRORS[409]),
  413: errorResponse(ERRORS[413]),
  422: errorResponse(ERRORS[422]),
  429: errorResponse(ERRORS[429]),
  500: errorResponse(ERRORS[500]),
  503: errorResponse(ERRORS[503]),
} as const;

/** Of operations that change something. */
const idempotencyKey = z.object({
  "idempotency-key": z.string().optional().openapi({
    description:
      "Chosen by the caller; the same key and request have one effect and one answer, for ever",
    example: "8c1b0a6e-order-1",
  }),
});

/** What a request to an operation may carry; every one is checked before the operation sees it. */
interface Parts {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

interface Described<Answer extends z.ZodType> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  /** Its name for generated clients, unique over the API. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Scope;
  /** It changes something that the journal does not hold: the audit log is told first. */
  readonly besideJournal?: true;
  readonly answer: Answer;
}

type Of<Part> = Part extends z.ZodType ? z.output<Part> : undefined;

/** A request as an operation sees it. */
export interface Asked<Params, Query, Body> {
  readonly context: ApiContext;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** As the caller chose it, for what is done once without a turn. */
  readonly idempotencyKey: string | undefined;
  /** Of what is done beside the journal: whether it was asked for before, with the same Idempotency-Key. */
  readonly isRepeated: boolean;
  /** Has a turn decided and made durable; with an Idempotency-Key once only. @throws ApiError where it is refused */
  readonly submit: (turn: Turn) => Promise<Done>;
}

/** What JSON makes of it is the same whether it may be written to or not. */
type Answered<Value> = Value extends readonly (infer Item)[]
  ? readonly Answered<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Answered<Value[Key]> }
    : Value;

/** Adds an operation to the API and to its description: checked, authorised, and answered as JSON. */
export function serve<Answer extends z.ZodType, Requested extends Parts>(
  api: Api,
  context: ApiContext,
  described: Described<Answer> & Requested,
  handle: (
    asked: Asked<Of<Requested["params"]>, Of<Requested["query"]>, Of<Requested["body"]>>,
  ) => Answered<z.input<Answer>> | Promise<Answered<z.input<Answer>>>,
): void {
  const { params, query, body, scope } = described;
  const answer = async (request: Context<ApiEnv>) => {
    const caller = request.get("caller");
    requireScope(caller, scope);
    const valid = (part: string): unknown => request.req.valid(part as never);
    const asked: unknown = body === undefined ? null : await request.req.json();
    const parts = {
      params: (params === undefined ? undefined : valid("param")) as Of<Requested["params"]>,
      query: (query === undefined ? undefined : valid("query")) as Of<Requested["query"]>,
      body: (body === undefined ? undefined : valid("json")) as Of<Requested["body"]>,
    };
    const done = (turn: Turn) => submit(context, request, asked, turn, described.id);
    const isRepeated =
      described.besideJournal === true && (await noteBeside(context, request, asked, described.id));
    const idempotencyKey = request.req.header("Idempotency-Key");
    return request.json(
      await handle({ context, caller, ...parts, idempotencyKey, isRepeated, submit: done }),
    );
  };
  // The route's own types would have every handler return exactly what zod infers, mutable arrays and all.
  api.openapi(routeOf(described), answer as never);
}

function routeOf<Answer extends z.ZodType>(described: Described<Answer> & Parts) {
  const { method, path, id, tag, summary, description, scope, params, query, body } = described;
  const needs = `Needs the scope \`${scope}\`.`;
  return createRoute({
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: description === undefined ? needs : `${description}\n\n${needs}`,
    security: [{ key: [] }],
    request: {
      ...(method === "get" ? {} : { headers: idempotencyKey }),
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query: query.strict() }),
      ...(body === undefined ? {} : { body: { content: json(body), required: true } }),
    },
    responses: {
      200: { description: "Done", content: json(described.answer) },
      ...(body === undefined ? {} : { 415: errorResponse(ERRORS[415]) }),
      ...ERROR_RESPONSES,
    },
  });
}
