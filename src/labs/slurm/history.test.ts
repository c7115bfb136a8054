import { expect, test } from "vitest";
import { epochMs } from "../../units.ts";
import { historyCsv } from "./history.ts";

/** A Monday. */
const NOW = epochMs(Date.UTC(2026, 2, 2, 12, 34));

test("three weeks up to the last whole hour, busier by day than at night and on weekends", () => {
  const [header, ...rows] = historyCsv(8, NOW).trim().split("\n");
  expect(header).toBe("time,gpus_in_use,gpus_total");
  expect(rows).toHaveLength(21 * 24);
  expect(rows.at(-1)).toBe("2026-03-02T11:00:00.000Z,32,64");
  expect(rows).toContain("2026-03-02T07:00:00.000Z,16,64");
  expect(rows).toContain("2026-03-01T11:00:00.000Z,16,64");
});

test("no more is in use than there is, and not all of it", () => {
  const shares = historyCsv(2, NOW)
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(",").slice(1).map(Number));
  expect(shares.every(([inUse = 0, total]) => total === 16 && inUse < 16)).toBe(true);
});
