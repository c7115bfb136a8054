import { expect, test } from "vitest";
import { testWorld } from "./api.test-data.ts";
import { FIELDS } from "./refusal-fields.ts";

interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: object }>>;
  };
}

test("a refusal names a field that some request has", async () => {
  const { api } = await testWorld();
  const document = (await (await api.request("/openapi.json")).json()) as Document;
  const requests = Object.entries(document.components.schemas);
  const fields = new Set(requests.flatMap(([, schema]) => Object.keys(schema.properties ?? {})));
  for (const [refusal, field] of Object.entries(FIELDS)) {
    expect([refusal, fields.has(field)]).toEqual([refusal, true]);
  }
});
