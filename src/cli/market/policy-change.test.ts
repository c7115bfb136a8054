import { expect, test } from "vitest";
import { differences, withAssignments } from "./policy-change.ts";

const policy = {
  rungs: [
    { notice: "24h", price_factor: 0.8 },
    { notice: "15m", price_factor: 0.5 },
  ],
  allowed_wait: [{ up_to_gpus: 64, wait: "2m" }, { wait: "15m" }],
  epsilon: 0.006,
  on_shortfall: "break",
  compensation: { recall: 0.1, breach: 1 },
};

test("a change names a key, a rung by its notice, or a place in a list", () => {
  const changed = withAssignments(policy, [
    "epsilon=0.01",
    "rungs.15m.price_factor=0.45",
    "compensation.recall=0.2",
    "allowed_wait.1.wait=30m",
    "on_shortfall=wait",
  ]);
  expect(differences(policy, changed)).toEqual([
    { key: "rungs.15m.price_factor", was: "0.5", willBe: "0.45" },
    { key: "allowed_wait.1.wait", was: "15m", willBe: "30m" },
    { key: "epsilon", was: "0.006", willBe: "0.01" },
    { key: "on_shortfall", was: "break", willBe: "wait" },
    { key: "compensation.recall", was: "0.1", willBe: "0.2" },
  ]);
  expect(policy.epsilon).toBe(0.006);
});

test("a policy that is compared with none is shown whole", () => {
  const shown = differences({}, { epsilon: 0.006, allowed_wait: [{ wait: "15m" }], rungs: [] });
  expect(shown).toEqual([
    { key: "epsilon", was: null, willBe: "0.006" },
    { key: "allowed_wait.0.wait", was: null, willBe: "15m" },
    { key: "rungs", was: null, willBe: "[]" },
  ]);
});

test("a list may be set as a whole, and what goes or comes is shown", () => {
  const changed = withAssignments(policy, ['allowed_wait=[{"wait":"5m"}]', "reserve_gpus=8"]);
  expect(differences(policy, changed)).toEqual([
    { key: "allowed_wait.0.up_to_gpus", was: "64", willBe: null },
    { key: "allowed_wait.0.wait", was: "2m", willBe: "5m" },
    { key: "allowed_wait.1.wait", was: "15m", willBe: null },
    { key: "reserve_gpus", was: null, willBe: "8" },
  ]);
});

test.each([
  ["epsilon", "KEY=VALUE"],
  ["rungs.4h.price_factor=1", "there is no 4h; there is 24h, 15m"],
  ["compensatoin.recall=1", "there is no compensatoin"],
  ["rungs.0=1", "there is nothing to set here"],
  ["epsilon.x=1", "there is nothing to set here"],
])("%s is not understood: %s", (assignment, sentence) => {
  expect(() => withAssignments(policy, [assignment])).toThrow(sentence);
});
