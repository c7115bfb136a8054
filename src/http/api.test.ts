import { expect, test } from "vitest";
import { testWorld } from "./api.test-data.ts";

test("what is too large or not JSON is answered by HTTP's own statuses, with a sentence", async () => {
  const { api, ownerKey } = await testWorld();
  const sent = async (type: string, body: string) => {
    const headers = { Authorization: `Bearer ${ownerKey}`, "Content-Type": type };
    const answer = await api.request("/v1/terms", { method: "POST", headers, body });
    const { error } = (await answer.json()) as { readonly error: { readonly code: string } };
    return [answer.status, error.code];
  };
  const large = JSON.stringify({ version: "x".repeat(1_100_000) });
  expect(await sent("application/json", large)).toEqual([413, "body_too_large"]);
  expect(await sent("text/plain", "{}")).toEqual([415, "media_type_not_supported"]);
  expect(await sent("application/json", "{")).toEqual([422, "request_not_valid"]);
});
