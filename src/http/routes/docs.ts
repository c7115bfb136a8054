import { etag } from "hono/etag";
import type { Api, ApiContext } from "../context.ts";
import { docsPage } from "../docs/page.ts";
import type { ApiDocument } from "../docs/schema.ts";

/** Nothing from elsewhere, and no script at all. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The OpenAPI document at /openapi.json, and the same to read at /docs. */
export function docsRoutes(api: Api, { version }: ApiContext): void {
  const described = {
    openapi: "3.1.0",
    info: { title: "Spillway", version, description: "Sell idle GPUs, and take them back." },
  };
  api.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key: spw_…",
  });
  // Routes do not change once all are there: both are made when they are first read, since anybody may ask.
  let document: ReturnType<Api["getOpenAPI31Document"]> | null = null;
  const made = () => (document ??= api.getOpenAPI31Document(described));
  let text: string | null = null;
  api.get("/openapi.json", etag(), (request) => {
    text ??= JSON.stringify(made());
    return request.body(text, 200, { "Content-Type": "application/json" });
  });
  let page: Promise<string> | null = null;
  api.get("/docs", (request) => {
    page ??= docsPage(made() as unknown as ApiDocument);
    request.header("Content-Security-Policy", POLICY);
    return page.then((shown) => request.html(shown));
  });
}
