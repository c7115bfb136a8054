import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { assert } from "../../units.ts";
import { processId } from "./processes.ts";
import { claim, readRecord, stateOf, writeRecord } from "./record.ts";

const dir = mkdtempSync(join(tmpdir(), "spillway-record-"));
afterAll(() => rmSync(dir, { recursive: true }));

const here = processId(process.pid);
assert(here !== null, "this process is there");
/** A later process of the same number. */
const gone = { ...here, started: "1" };
const record = { nodes: 4, tracking: "cgroup", starter: here, first: null, isUp: false } as const;

test.each([
  ["starting", record],
  ["remains", { ...record, starter: gone }],
  ["remains", { ...record, starter: gone, first: here }],
  ["up", { ...record, starter: gone, first: here, isUp: true }],
  ["remains", { ...record, first: gone, isUp: true }],
] as const)("%s", (state, each) => {
  expect(stateOf(each)).toBe(state);
});

test("only one claims a folder", () => {
  expect(readRecord(dir)).toBeNull();
  expect(claim(dir, record)).toBe(true);
  expect(claim(dir, { ...record, nodes: 8 })).toBe(false);
  expect(readRecord(dir)).toEqual(record);
  writeRecord(dir, { ...record, first: here });
  expect(readRecord(dir)?.first).toEqual(here);
});
