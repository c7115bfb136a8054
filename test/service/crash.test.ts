import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../postgres.ts";
import { killsOfPglite, killsOfPostgres, killsOnPostgres } from "./crash/stores.ts";
import type { Outcome } from "./crash/trial.ts";

const server = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), "spillway-crash-"));
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function expectSound({ wrong, kills, answers, lost }: Outcome, wanted: number): void {
  expect(wrong).toEqual([]);
  expect(kills).toBe(wanted);
  // The kills hit requests that were under way.
  expect(lost).toBeGreaterThan(wanted / 5);
  expect(answers).toBeGreaterThan(wanted * 4);
}

test("nothing acknowledged is lost or doubled where the server is killed on PGlite", async () => {
  expectSound(await killsOfPglite({ folder, kills: 25, seed: 1 }), 25);
});

test("nothing acknowledged is lost or doubled where the server is killed on PostgreSQL", async () => {
  expectSound(await killsOnPostgres({ server, kills: 15, seed: 2 }), 15);
});

test("nothing acknowledged is lost or doubled where PostgreSQL itself is killed", async () => {
  expectSound(await killsOfPostgres({ server, kills: 10, seed: 3 }), 10);
});
