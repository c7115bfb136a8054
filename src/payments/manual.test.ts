import { expect, test } from "vitest";
import { microUsd } from "../units.ts";
import { recordPayment } from "./manual.ts";

const amount = microUsd(12_345_678n);
const record = (reference: string, much = amount) =>
  recordPayment({ account: "acme", amount: much, reference });

test("a bank transfer is paid under the bank's reference", () => {
  expect(record("RF18 5390")).toEqual({
    kind: "paid",
    reference: "manual:rf18 5390",
    account: "acme",
    amount,
  });
});

test.each(["RF18  5390 ", "rf18\t5390", "ＲＦ18 5390"])("%j is the same reference", (typed) => {
  expect(record(typed)).toEqual(record("RF18 5390"));
});

test.each(["", "  ", "a\u0000b", "x".repeat(141)])("%j is no reference", (typed) => {
  expect(record(typed)).toEqual({ refusal: "reference_invalid" });
});

test("nothing is no payment", () => {
  expect(record("RF18", microUsd(0n))).toEqual({ refusal: "amount_invalid" });
});
