import { expect, test } from "vitest";
import { StateHash } from "../state-hash.ts";
import { gpus, microUsd, ppm } from "../units.ts";
import type { Account } from "./account.ts";
import { accountOf, ask, keyOf, memberOf, openOffice, T0 } from "./accounts.test-data.ts";
import { noAccounts } from "./state.ts";

function hashWith(account: Account): string {
  const hash = new StateHash();
  noAccounts(hash).accounts.set(account.id, account);
  return hash.toString();
}

/** Everything about an account that a decision reads. */
const CHANGES: readonly Partial<Account>[] = [
  { status: "closed" },
  { payment: { kind: "postpaid", limit: microUsd(0n) } },
  { payment: { kind: "postpaid", limit: microUsd(1n) } },
  { taxRate: ppm(1) },
  { maxGpus: gpus(0) },
  { skus: [] },
  { skus: ["H100"] },
  { skus: ["H100", "A100"] },
  { skus: ["H100 A100"] },
  { accepted: { version: "1", at: T0 } },
];

test("accounts that allow different things have different hashes", () => {
  const hashes = [{}, ...CHANGES].map((change) => hashWith(accountOf("acme", change)));
  expect(new Set(hashes).size).toBe(CHANGES.length + 1);
});

test("what is undone leaves no trace in the hash", () => {
  const office = openOffice();
  const before = office.hash.toString();
  ask(office, { type: "add_member", member: memberOf("eve") });
  ask(office, { type: "create_key", key: keyOf("k2", { member: "eve" }) });
  ask(office, { type: "require_terms", version: "1" });
  expect(office.hash.toString()).not.toBe(before);
  ask(office, { type: "remove_member", member: "eve" });
  ask(office, { type: "require_terms", version: null });
  expect(office.hash.toString()).toBe(before);
});
