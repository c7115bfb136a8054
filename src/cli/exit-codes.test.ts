import { expect, test } from "vitest";
import { Refused, Unreachable } from "../client/refused.ts";
import { explained } from "./exit-codes.ts";
import { NotLoggedIn } from "./market/client-command.ts";
import { UsageError } from "./options.ts";

test.each([
  [401, 4],
  [403, 4],
  [404, 3],
  [409, 3],
  [422, 2],
  [429, 5],
  [500, 1],
  [503, 5],
])("an answer of %i ends the program with %i, and its code is said", (status, code) => {
  const error = new Refused(status, "some_code", "Some sentence.", null);
  const { code: exit, sentence } = explained(error);
  expect(exit).toBe(code);
  expect(sentence).toContain("(some_code): Some sentence.");
});

test("what is no answer of the API has its own code; what nobody expected keeps its trace", () => {
  expect(explained(new Unreachable("gone"))).toEqual({ code: 5, sentence: "gone" });
  expect(explained(new NotLoggedIn("who?"))).toEqual({ code: 4, sentence: "who?" });
  expect(explained(new UsageError("what?"))).toEqual({ code: 2, sentence: "what?" });
  expect(explained(new TypeError("bug"))).toEqual({ code: 1, sentence: null });
});
