import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Window } from "../../../units.ts";
import { epochMs } from "../../../units.ts";
import { lengthOf, unionOf, within, without } from "./windows.ts";

const MOST = 40;
const instants = Array.from({ length: MOST + 1 }, (_, at) => at);

const aWindow = fc
  .tuple(fc.nat(MOST), fc.nat(MOST))
  .map(([start, end]): Window => ({ start: epochMs(start), end: epochMs(end) }));
const windows = fc.array(aWindow, { maxLength: 8 });

function holds(all: readonly Window[], at: number): boolean {
  return all.some(({ start, end }) => start <= at && at < end);
}

test("they hold the instants that sets of instants would, in order and apart", () => {
  fc.assert(
    fc.property(windows, windows, aWindow, (a, b, window) => {
      const [one, other] = [unionOf(a), unionOf(b)];
      for (const at of instants) {
        expect(holds(one, at)).toBe(holds(a, at));
        expect(holds(within(one, window), at)).toBe(holds(a, at) && holds([window], at));
        expect(holds(without(one, other), at)).toBe(holds(a, at) && !holds(b, at));
      }
      expect(lengthOf(one)).toBe(instants.filter((at) => holds(a, at)).length);
      for (const set of [one, within(one, window), without(one, other)]) {
        expect(set.every(({ start, end }) => start < end)).toBe(true);
        expect(set.every(({ start }, i) => i === 0 || (set[i - 1]?.end ?? 0) < start)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
