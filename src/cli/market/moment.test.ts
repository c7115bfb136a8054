import { expect, test } from "vitest";
import { epochMs } from "../../units.ts";
import { momentFrom } from "./moment.ts";

const now = () => Promise.resolve(epochMs(Date.UTC(2026, 11, 1, 8, 0, 20)));

test.each([
  ["now", "2026-12-01T08:01:00Z"],
  ["+2h", "2026-12-01T10:01:00Z"],
  ["-1h", "2026-12-01T07:01:00Z"],
  ["90s", "2026-12-01T08:02:00Z"],
  ["+3d", "2026-12-04T08:01:00Z"],
  ["2026-12-24", "2026-12-24T00:00:00Z"],
  ["2026-12-24T18:30", "2026-12-24T18:30:00Z"],
  ["2026-12-24T18:30Z", "2026-12-24T18:30:00Z"],
  ["2026-12-24T18:30:00+01:00", "2026-12-24T17:30:00Z"],
])("%s is %s", async (typed, time) => {
  expect(await momentFrom("--start", typed, now)).toBe(time);
});

test.each(["", "tomorrow", "2h30m", "2026-02-30", "2026-13-01T08:00Z", "8:00"])(
  "%j is no time",
  async (typed) => {
    await expect(momentFrom("--start", typed, now)).rejects.toThrow("--start is a time like +2h");
  },
);

function unasked(): never {
  throw new Error("asked");
}

test("the market is asked for its time only where that matters", async () => {
  expect(await momentFrom("--by", "2026-12-24", unasked)).toBe("2026-12-24T00:00:00Z");
});
