import { expect, test } from "vitest";
import { meantCommand } from "./misspelt.ts";
import { programOf } from "./program.ts";

const program = await programOf();

test.each([
  ["orders cancl ord_7f3k", "spillway orders cancel"],
  ["shelf ofers", "spillway shelf offers"],
  ["auctions calloff auc_1", "spillway auctions call-off"],
  ["invoices downlaod", "spillway invoices download"],
  ["block lifts blk_1", "spillway block lift"],
])("%s: %s was meant", (typed, meant) => {
  expect(meantCommand(program, typed.split(" "))).toBe(meant);
});

test.each([
  "orders cancel ord_none",
  "orders ord_none",
  "orders --status open",
  "pools v100",
  "rent 8 V100",
  "orders",
  "quote 8 V100",
  "nothing like",
  "",
])("%j is no misspelt command", (typed) => {
  expect(meantCommand(program, typed.split(" "))).toBe(null);
});
