import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gpuMs, HOUR_MS, microUsd, microUsdPerGpuHour, ONE_PPM, ppm } from "../units.ts";
import type { ShelfBooks } from "./shelf-figures.ts";
import { shelfFigures, sliceIncome } from "./shelf-figures.ts";

function booksOf(terms: Partial<ShelfBooks> = {}): ShelfBooks {
  return {
    whole: gpuMs(100 * HOUR_MS),
    sold: gpuMs(25 * HOUR_MS),
    rest: gpuMs(50 * HOUR_MS),
    costPrice: microUsdPerGpuHour(1_000_000n),
    income: microUsd(50_000_000n),
    fees: microUsd(1_000_000n),
    feeRate: ppm(20_000),
    ...terms,
  };
}

test("a quarter sold at twice the cost is half of the way", () => {
  expect(shelfFigures(booksOf())).toEqual({
    cost: 100_000_000n,
    margin: -51_000_000n,
    utilisation: 250_000,
    // 51 dollars after a fee of 2 % from 50 GPU-hours.
    breakEven: 1_040_817n,
  });
});

test("what a withdrawn recall gives back counts as if it had been there at first", () => {
  const books = booksOf({ sold: gpuMs(150 * HOUR_MS), rest: gpuMs(50 * HOUR_MS) });
  expect(shelfFigures(books)).toMatchObject({ cost: 200_000_000n, utilisation: 750_000 });
});

test("what is paid for breaks even at nothing, and what is over never does", () => {
  expect(shelfFigures(booksOf({ income: microUsd(200_000_000n) })).breakEven).toBe(0n);
  expect(shelfFigures(booksOf({ rest: gpuMs(0) })).breakEven).toBeNull();
  expect(shelfFigures(booksOf({ feeRate: ONE_PPM })).breakEven).toBeNull();
});

test("the rest sold at the break-even price loses nothing", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 ** 12 }),
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.integer({ min: 0, max: 999_999 }),
      (rest, income, fee) => {
        const feeRate = ppm(fee);
        const books = booksOf({ rest: gpuMs(rest), income: microUsd(income), feeRate });
        const { breakEven, margin } = shelfFigures(books);
        if (breakEven === null) throw new Error("something is left to sell");
        const more = sliceIncome(breakEven, gpuMs(rest), feeRate);
        expect(margin + more.income - more.fee).toBeGreaterThanOrEqual(0n);
      },
    ),
  );
});
