import { expect, test } from "vitest";
import { didYouMean } from "./nearest.ts";

const SKUS = ["A100-80G", "H100", "V100"];

test.each([
  ["a100-80g", "Did you mean A100-80G?"],
  ["A100", "Did you mean A100-80G?"],
  ["h100-sxm", "Did you mean H100?"],
  ["b200", "There is: A100-80G, H100, V100."],
])("%s: %s", (typed, hint) => {
  expect(didYouMean(typed, SKUS)).toBe(hint);
});

test("where there is nothing, nothing is meant", () => {
  expect(didYouMean("h100", [])).toBe("There is none.");
});
