import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { MARKET_MUTANTS } from "../../sim/mutants/market.ts";
import { copyTree, plant } from "../../sim/mutants/plant.ts";
import { startPostgres } from "../postgres.ts";
import { race } from "./contention/race.ts";
import type { Raced } from "./contention/race.ts";
import { oversold } from "./contention/oversold.ts";
import { verifyAt } from "./crash/stores.ts";

const RACE_MS = 20_000;
const SHORT_RACE_MS = 6_000;
const SERVER = "test/service/server";
const server = await startPostgres();
afterAll(() => server.stop());

function count({ answers }: Raced, name: string): number {
  return answers.get(name) ?? 0;
}

test("of thirty-two who race for the last lots, nobody gets what another has", async () => {
  const databaseUrl = await server.freshDatabase();
  const raced = await race({ databaseUrl, ms: RACE_MS, seed: 1 });
  expect(raced.oversold).toEqual([]);
  expect(await verifyAt({ databaseUrl, dataDir: "" })).toEqual([]);
  // There was something to race for, and not enough of it.
  expect(raced.contracts).toBeGreaterThan(50);
  for (const name of ["buy 409", "sell 200", "cancel 200"]) {
    expect([name, count(raced, name) > 10]).toEqual([name, true]);
  }
});

test("the same race sees it where availability is not looked at", async () => {
  const mutant = MARKET_MUTANTS.find(({ name }) => name === "double-sale");
  if (mutant === undefined) throw new Error("there is no bug of that name any more");
  const copy = copyTree();
  try {
    const [from, to] = [new URL("server", import.meta.url).pathname, join(copy.path, SERVER)];
    cpSync(from, to, { recursive: true });
    plant(copy.path, mutant);
    const program = join(to, "serve.ts");
    const databaseUrl = await server.freshDatabase();
    const raced = await race({ databaseUrl, ms: SHORT_RACE_MS, seed: 2, program });
    expect(raced.oversold).not.toEqual([]);
  } finally {
    copy.remove();
  }
});

test("what is counted is what each holds: resold, given up and taken back", () => {
  const [first, second] = ["2026-11-02T00:00:00Z", "2026-11-02T00:02:00Z"];
  const one = {
    id: "one",
    start: first,
    end: second,
    fabrics: [{ fabric: "f", gpus: 16 }],
    resold_from: null,
    given_up_from: null,
    cuts: [],
  };
  const part = { ...one, id: "part", fabrics: [{ fabric: "f", gpus: 8 }], resold_from: "one" };
  const cut = { kind: "recall", status: "done", fabric: "f", gpus: 8, from: first, until: second };
  expect(oversold([one, part], 16)).toEqual([]);
  expect(oversold([one, part], 8)).toHaveLength(2);
  expect(oversold([{ ...one, given_up_from: first }, part], 8)).toEqual([]);
  expect(oversold([{ ...one, cuts: [cut] }], 8)).toEqual([]);
  expect(oversold([{ ...one, cuts: [{ ...cut, status: "withdrawn" }] }], 8)).toHaveLength(2);
  expect(oversold([{ ...one, cuts: [cut, cut] }, part], 16)).toHaveLength(2);
});
