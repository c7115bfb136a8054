import { expect, test } from "vitest";
import { testWorld } from "../http/api.test-data.ts";
import { installationOf } from "./installation.ts";

test("two installations have two names, and each keeps its own", async () => {
  const [one, other] = [await testWorld(), await testWorld()];
  const nameOf = ({ context }: typeof one) => installationOf(context.journal.durable.state);
  const name = nameOf(one);
  await one.as(one.ownerKey, "POST", "/v1/keys/key_owner/rotate");
  await one.buyer("acme", "10.00");
  expect(nameOf(one)).toBe(name);
  expect(nameOf(other)).not.toBe(name);
});
