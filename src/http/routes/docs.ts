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
  api.doc31("/openapi.json", described);
  // Routes do not change once all are there: the page is made when it is first read.
  let page: Promise<string> | null = null;
  api.get("/docs", (request) => {
    page ??= docsPage(api.getOpenAPI31Document(described) as unknown as ApiDocument);
    request.header("Content-Security-Policy", POLICY);
    return page.then((text) => request.html(text));
  });
}
