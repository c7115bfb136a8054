import * as fc from "fast-check";
import { expect, test } from "vitest";
import { epochMs } from "../units.ts";
import { numberIn, seriesOf, yearOf } from "./numbering.ts";

test("the year is the calendar's", () => {
  const times = fc.integer({ min: -8_000_000_000_000, max: 250_000_000_000_000 });
  fc.assert(
    fc.property(times, (time) => {
      expect(yearOf(epochMs(time))).toBe(new Date(time).getUTCFullYear());
    }),
    { numRuns: 5_000 },
  );
});

test.each(["1999-12-31", "2000-02-29", "2000-12-31", "2023-12-31", "2024-12-31", "2100-03-01"])(
  "%s ends in its year, to the millisecond",
  (day) => {
    const end = Date.parse(`${day}T23:59:59.999Z`);
    expect(yearOf(epochMs(end))).toBe(Number(day.slice(0, 4)));
    expect(yearOf(epochMs(end + 1))).toBe(new Date(end + 1).getUTCFullYear());
  },
);

test("a number names its kind, its year and its place", () => {
  const time = epochMs(Date.UTC(2026, 6, 1));
  expect(numberIn(seriesOf("invoice", time), 1)).toBe("INV-2026-000001");
  expect(numberIn(seriesOf("credit_note", time), 42)).toBe("CN-2026-000042");
  expect(numberIn(seriesOf("invoice", time), 1_234_567)).toBe("INV-2026-1234567");
});
