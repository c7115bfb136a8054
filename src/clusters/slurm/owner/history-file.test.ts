import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../../../readers/input-error.ts";
import { epochMs, HOUR_MS } from "../../../units.ts";
import { readHistoryFile } from "./history-file.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-history-"));
const file = join(folder, "usage.csv");
const NOON = epochMs(Date.UTC(2026, 2, 2, 12));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(...rows: readonly string[]): ReturnType<typeof readHistoryFile> {
  writeFileSync(file, ["time,gpus_in_use,gpus_total", ...rows].join("\n"));
  return readHistoryFile(file, NOON);
}

test("hours are shares of the capacity; nothing used is idle, and where row or capacity lack nothing is known", async () => {
  const rows = ["07:00:00Z,4,16", "08:00:00Z,0,16", "10:00:00Z,0,0", "11:00:00Z,16,16"];
  const hours = await read(...rows.map((row) => `2026-03-02T${row}`));
  expect(hours.map(({ mean }) => mean)).toEqual([0.25, 0, null, null, 1]);
  expect(hours.at(-1)?.start).toBe(NOON - HOUR_MS);
});

test.each([
  ["2026-03-02T11:00:00Z,four,16", "usage.csv:4: column gpus_in_use: expected"],
  ["2026-03-02T10:00:00Z,4,16", "usage.csv:4: column time: expected"],
  ["2026-03-02T12:00:00Z,4,16", "expected usage up to now at most"],
])("with %s it is refused", async (row, said) => {
  const refused = read("2026-03-02T09:00:00Z,4,16", "2026-03-02T10:00:00Z,4,16", row);
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(said);
});

test("one that is not there is refused", async () => {
  await expect(readHistoryFile(join(folder, "none.csv"), NOON)).rejects.toThrow(InputError);
});
