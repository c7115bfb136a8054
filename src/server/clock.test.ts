import { expect, test } from "vitest";
import { durationMs, epochMs, MINUTE_MS } from "../units.ts";
import { untilNext } from "./clock.ts";

test("who sleeps until the next minute comes on the minute, however long the work takes", () => {
  let now = epochMs(10 * MINUTE_MS);
  for (let minute = 11; minute < 1_000; minute++) {
    const worked = durationMs(150 + minute);
    now = epochMs(now + worked + untilNext(epochMs(now + worked), MINUTE_MS, 1));
    expect(now).toBe(minute * MINUTE_MS);
  }
});

test("a fast clock's minute is over sooner outside", () => {
  expect(untilNext(epochMs(30_000), MINUTE_MS, 60)).toBe(500);
});
