import { expect, test } from "vitest";
import { durationMs, earlier, later } from "../units.ts";
import type { Office } from "./accounts.test-data.ts";
import { ask, keyOf, memberOf, openOffice, T0 } from "./accounts.test-data.ts";
import { grantOf } from "./grant.ts";

const MS = durationMs(1);

function officeWith(key: ReturnType<typeof keyOf>): Office {
  const office = openOffice();
  if (ask(office, { type: "create_key", key }) !== null) throw new Error("no key");
  return office;
}

test("a key acts for its member and account, within its own scopes", () => {
  expect(grantOf(openOffice().state, "hash of k1", T0)).toEqual({
    key: "k1",
    account: "acme",
    member: "ada",
    role: "buyer_admin",
    scopes: ["market:read", "trade"],
  });
});

test("a key that nobody has made grants nothing", () => {
  expect(grantOf(openOffice().state, "hash of k2", T0)).toBeNull();
});

test("a key grants nothing from the millisecond at which it expires", () => {
  const { state } = officeWith(keyOf("k2", { expires: later(T0, MS) }));
  expect(grantOf(state, "hash of k2", T0)).not.toBeNull();
  expect(grantOf(state, "hash of k2", later(T0, MS))).toBeNull();
});

test("a key that is revoked grants nothing, whatever the time", () => {
  const office = openOffice();
  ask(office, { type: "revoke_key", key: "k1", now: T0 });
  expect(grantOf(office.state, "hash of k1", earlier(T0, MS))).toBeNull();
});

test("a key grants no more than its member may do now", () => {
  const office = openOffice();
  ask(office, { type: "add_member", member: memberOf("bob") });
  ask(office, { type: "change_member", member: memberOf("ada", { role: "read_only" }) });
  expect(grantOf(office.state, "hash of k1", T0)?.scopes).toEqual(["market:read"]);
  ask(office, { type: "remove_member", member: "ada" });
  expect(grantOf(office.state, "hash of k1", T0)).toBeNull();
});
