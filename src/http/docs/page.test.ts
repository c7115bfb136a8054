import { expect, test } from "vitest";
import { testWorld } from "../api.test-data.ts";
import { SENTENCES } from "../refusal-sentences.ts";
import type { ApiDocument, Schemas } from "./schema.ts";
import { exampleOf, typeText } from "./schema.ts";
import { docsPage } from "./page.ts";

test("the page shows every operation and every refusal, and loads nothing", async () => {
  const { api } = await testWorld();
  const answer = await api.request("/docs");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  const page = await answer.text();
  const document = (await (await api.request("/openapi.json")).json()) as ApiDocument;
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations.length).toBeGreaterThan(40);
  const ids = operations.map(({ operationId }) => operationId ?? "");
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(page).toContain(`<article id="${id}"`);
  for (const code of Object.keys(SENTENCES)) expect(page).toContain(`<code>${code}</code>`);
  expect(page).not.toMatch(/<script|src="|<link|url\(|undefined|\[object/);
  const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, anchor]) => anchor);
  for (const anchor of anchors) expect(page).toContain(`id="${anchor}"`);
});

test("what a description says is text, never markup", async () => {
  const hostile = "<img src=x onerror=alert(1)> & `<b>`";
  const document: ApiDocument = {
    info: { title: "<i>", version: "1" },
    components: {},
    paths: { "/v1/<x>": { get: { operationId: 'a"b', summary: hostile, description: hostile } } },
  };
  const page = await docsPage(document);
  expect(page).not.toMatch(/<img|<i>|<b>|<x>|id="a"b"/);
  expect(page).toContain("&lt;img");
});

test("examples and types follow references, lists and alternatives", () => {
  const schemas: Schemas = {
    Thing: {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string" },
        sizes: { type: "array", items: { type: "integer", example: 3 } },
        parent: { anyOf: [{ $ref: "#/components/schemas/Thing" }, { type: "null" }] },
      },
    },
  };
  const thing = { $ref: "#/components/schemas/Thing" };
  expect(exampleOf(thing, schemas, true)).toEqual({ id: "ord_7f3kq2m9" });
  expect(exampleOf(thing, schemas, false)).toMatchObject({ sizes: [3], parent: { sizes: [3] } });
  expect(typeText(schemas["Thing"]?.properties?.["parent"] ?? {}, schemas)).toBe("object or null");
  expect(typeText({ type: "array", items: thing }, schemas)).toBe("list of Thing");
});
