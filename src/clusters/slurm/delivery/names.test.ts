import { expect, test } from "vitest";
import { accountOf, contractOf, reservationOf } from "./names.ts";

test("holders have accounts of their own, whatever their names", () => {
  const holders = ["acme", "Acme", "ac me", "-acme", "a".repeat(41), "a".repeat(42), "é", "acme|x"];
  const accounts = holders.map(accountOf);
  expect(accounts[0]).toBe("spw-acme");
  expect(new Set(accounts).size).toBe(holders.length);
  for (const account of accounts) expect(account).toMatch(/^spw-[a-z0-9-]{1,41}$/);
});

test("a reservation names its contract, and no other pool's", () => {
  expect(contractOf("p", reservationOf("p", "ctr_1_2"))).toBe("ctr_1_2");
  expect(contractOf("p", reservationOf("p-2", "ctr_1"))).toBeNull();
  expect(contractOf("p-2", reservationOf("p", "ctr_1"))).toBeNull();
  expect(contractOf("p", "maintenance")).toBeNull();
});
