import { expect, test } from "vitest";
import { epochMs, HOUR_MS } from "../units.ts";
import { idleStatistics } from "./statistics.ts";

test("an outage is neither idle nor a minimum nor an error", () => {
  const demand = Int32Array.from({ length: 336 }, (_, hour) => (hour % 50 === 3 ? 0 : 6));
  const total = new Int32Array(336).fill(8);
  const outage = Uint8Array.from(demand, (gpus) => (gpus === 0 ? 1 : 0));
  const trace = { name: "flat", start: epochMs(0), step: HOUR_MS, demand, total, outage };
  expect(idleStatistics({ ...trace, skippedRows: 0 })).toEqual({
    mean: 0.25,
    wholeDayMinimum: 0.25,
    wholeWeekMinimum: 0.25,
    error1h: 0,
    error24h: 0,
    error168h: 0,
  });
});
