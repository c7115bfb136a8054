import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../postgres.ts";
import { verifyAt } from "./crash/stores.ts";
import { tryTakeovers } from "./crash/takeover.ts";

const server = await startPostgres();
afterAll(() => server.stop());

test("a writer that is stopped while it works and woken later has lost its right, and nothing is lost or done twice", async () => {
  const databaseUrl = await server.freshDatabase();
  const rounds = 3;
  const tried = { databaseUrl, rounds, stoppedMs: 4_000, ttlMs: 2_500, seed: 1 };
  const { wrong, fenced, answers } = await tryTakeovers(tried);
  expect(wrong).toEqual([]);
  expect(fenced).toBe(rounds);
  expect(answers).toBeGreaterThan(rounds * 10);
  expect(await verifyAt({ databaseUrl, dataDir: "" })).toEqual([]);
});
