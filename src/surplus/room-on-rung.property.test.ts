import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Notice, Window } from "../units.ts";
import { durationMs, epochMs, gpus, MINUTE_MS, microUsdPerGpuHour } from "../units.ts";
import type { Ladder, LadderRung } from "./ladder.ts";
import { roomOnRung, safeOver } from "./ladder.ts";

const at = (minute: number) => epochMs(minute * MINUTE_MS);

/** Few bounds, so that neighbours are often alike. */
const ladders = fc.record({
  from: fc.nat(20),
  steps: fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 12 }), bound: fc.nat(3) }), {
    maxLength: 12,
  }),
});
const windows = fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 60 }));
const usages = fc.array(fc.nat(40), { minLength: 140, maxLength: 140 });

function rungOf(
  from: number,
  steps: readonly { readonly minutes: number; readonly bound: number }[],
): LadderRung {
  let until = from;
  const pieces = steps.map(({ minutes, bound }) => {
    until += minutes;
    return { until: at(until), safe: gpus(20 * bound), sellable: gpus(10 * bound) };
  });
  const terms = { notice: 0 as Notice, price: microUsdPerGpuHour(1n), margin: gpus(0) };
  return { ...terms, duration: durationMs(MINUTE_MS), pieces };
}

test("the room on a rung is the least that any piece leaves, though alike pieces are asked about at once", () => {
  let some = 0;
  fc.assert(
    fc.property(ladders, windows, usages, ({ from, steps }, [start, length], usage) => {
      const rung = rungOf(from, steps);
      const ladder: Ladder = {
        at: at(from),
        capacity: gpus(64),
        reserve: gpus(0),
        peaks: [],
        rungs: [rung],
      };
      const window = { start: at(start), end: at(start + length) };
      const held = (part: Window) =>
        gpus(Math.max(...usage.slice(part.start / MINUTE_MS, part.end / MINUTE_MS)));
      for (const bound of ["safe", "sellable"] as const) {
        const rooms = safeOver(ladder, rung, window).map(
          (piece) => piece[bound] - held(piece.window),
        );
        const room = Math.max(0, Math.min(...rooms));
        expect(roomOnRung(ladder, rung, bound, window, held)).toBe(room);
        if (room > 0 && room < Infinity) some += 1;
      }
    }),
    { numRuns: 2_000 },
  );
  expect(some).toBeGreaterThan(20);
});
