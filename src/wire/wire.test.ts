import * as fc from "fast-check";
import { expect, test } from "vitest";
import { epochMs, gpuMs, HOUR_MS, microUsd, ppm } from "../units.ts";
import { formatGpuHours, formatMoney, parseMoney, parsePrice } from "./money.ts";
import { shareNumber, shareOfNumber } from "./share.ts";
import { formatTime, parseTime } from "./time.ts";

test("money is written with two to six decimals, and read back exactly", () => {
  expect(formatMoney(microUsd(-12_500_000n))).toBe("-12.50");
  expect(formatMoney(microUsd(1n))).toBe("0.000001");
  expect(formatMoney(microUsd(0n))).toBe("0.00");
  const amounts = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(parseMoney(formatMoney(microUsd(amount)))).toBe(amount);
    }),
  );
});

test("what is no amount of dollars is not read", () => {
  for (const text of ["", "1.", ".5", "1e3", "1,50", "0.0000001", "1234567890123", " 1", "+1"]) {
    expect(parseMoney(text)).toBeNull();
  }
});

test("a price is more than nothing", () => {
  expect(parsePrice("0.00")).toBeNull();
  expect(parsePrice("-1.00")).toBeNull();
  expect(parsePrice("0.000001")).toBe(1n);
});

test("GPU-hours are rounded down to a millionth", () => {
  expect(formatGpuHours(gpuMs(8 * HOUR_MS))).toBe("8");
  expect(formatGpuHours(gpuMs(HOUR_MS / 2))).toBe("0.5");
  expect(formatGpuHours(gpuMs(HOUR_MS - 1))).toBe("0.999999");
  expect(formatGpuHours(gpuMs(3))).toBe("0");
});

test("times are read back as they were written", () => {
  expect(formatTime(epochMs(0))).toBe("1970-01-01T00:00:00Z");
  const times = fc.integer({ min: 0, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(times, (time) => {
      expect(parseTime(formatTime(epochMs(time)))).toBe(time);
    }),
  );
});

test("a time has its offset, and a day that exists", () => {
  expect(parseTime("2026-01-31T12:00+02:00")).toBe(Date.UTC(2026, 0, 31, 10));
  expect(parseTime("2026-01-31T12:00:00")).toBeNull();
  expect(parseTime("2026-06-31T12:00:00Z")).toBeNull();
  expect(parseTime("2026-01-31")).toBeNull();
});

test("shares are numbers to the nearest millionth", () => {
  expect(shareNumber(ppm(100_000))).toBe(0.1);
  expect(shareOfNumber(0.1)).toBe(100_000);
  expect(shareOfNumber(1 / 3)).toBe(333_333);
});
