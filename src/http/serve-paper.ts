import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Scope } from "../accounts/roles.ts";
import { requireScope } from "./authenticate.ts";
import type { Api, ApiEnv, Caller } from "./context.ts";
import { ERROR_RESPONSES } from "./operation.ts";

interface DescribedPaper {
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly params: z.ZodObject;
  readonly type: "text/html" | "application/pdf";
}

/** Adds an operation that answers with something to print. */
export function servePaper(
  api: Api,
  { path, id, tag, summary, scope, params, type }: DescribedPaper,
  draw: (caller: Caller, number: string) => Promise<string | Uint8Array<ArrayBuffer>>,
): void {
  const route = createRoute({
    method: "get",
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: `Needs the scope \`${scope}\`.`,
    security: [{ key: [] }],
    request: { params },
    responses: {
      200: { description: "Done", content: { [type]: { schema: z.string() } } },
      ...ERROR_RESPONSES,
    },
  });
  const answer = async (request: Context<ApiEnv>) => {
    const caller = request.get("caller");
    requireScope(caller, scope);
    const paper = await draw(caller, request.req.param("number") ?? "");
    const charset = type === "text/html" ? "; charset=utf-8" : "";
    return request.body(paper, 200, {
      "Content-Type": `${type}${charset}`,
      // What stands on it comes from outside in part: nothing on it runs or loads.
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
      "X-Content-Type-Options": "nosniff",
    });
  };
  api.openapi(route, answer as never);
}
