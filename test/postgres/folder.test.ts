import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { freeLeaseOfTheDead } from "../../src/store/lease.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes until so many events are acknowledged, then dies. @returns the last number that was acknowledged */
async function writeAndDie(events: number): Promise<number> {
  const program = new URL("folder-writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [last, heard] = [0, 0];
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    heard += 1;
    if (heard === events) {
      await expect(openPglite(folder)).rejects.toThrow("which another process has open");
      child.kill("SIGKILL");
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return last;
}

test("a data folder outlives a process that is killed while it writes", async () => {
  const first = await writeAndDie(20);
  expect(first).toBeGreaterThanOrEqual(20);
  // The next one need not wait until the lease of the dead runs out.
  const second = await writeAndDie(20);
  expect(second).toBeGreaterThanOrEqual(first + 20);
  const database = await openPglite(folder);
  const store = storeOn(database);
  const head = await store.head();
  expect(head?.sequence).toBeGreaterThanOrEqual(second);
  const entries = await store.entriesAfter(0, 100_000);
  expect(entries.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: head?.sequence ?? 0 }, (_, index) => index + 1),
  );
  expect(await store.takeLease("next", durationMs(1_000))).toBe("held_by_another");
  await freeLeaseOfTheDead(database);
  expect(await store.takeLease("next", durationMs(1_000))).toMatchObject({ epoch: 3 });
  await store.close();
});
