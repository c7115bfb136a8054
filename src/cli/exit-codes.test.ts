import { expect, test } from "vitest";
import { Refused, Unreachable } from "../client/refused.ts";
import { explained } from "./exit-codes.ts";
import { LabError } from "../labs/slurm/lab-error.ts";
import { NotLoggedIn } from "./market/client-command.ts";
import { UsageError } from "./options.ts";
import { PassedOn } from "./passed-on.ts";

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

test("a lab that is not up is not available, and a program run for the user passes on its own code", () => {
  expect(explained(new LabError("not-up", "no lab"))).toEqual({ code: 5, sentence: "no lab" });
  expect(explained(new LabError("refused", "no root"))).toEqual({ code: 3, sentence: "no root" });
  expect(explained(new LabError("failed", "no munge"))).toEqual({ code: 1, sentence: "no munge" });
  expect(explained(new PassedOn(7))).toEqual({ code: 7, sentence: "" });
});
