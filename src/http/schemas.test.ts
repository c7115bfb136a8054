import { expect, test } from "vitest";
import { duration, notice, shortText, time } from "./schemas.ts";

test("times are those whose sums with durations can be written with a year of four digits", () => {
  expect(time.safeParse("2199-12-31T23:59:59.999Z").success).toBe(true);
  expect(time.safeParse("2200-01-01T00:00Z").success).toBe(false);
  expect(time.safeParse("1970-01-01T00:00Z").success).toBe(true);
  expect(time.safeParse("1970-01-01T00:00+00:01").success).toBe(false);
});

test("durations and notices are at most a century", () => {
  expect(duration.safeParse("36500d").success).toBe(true);
  expect(duration.safeParse("36501d").success).toBe(false);
  expect(notice.safeParse("firm").success).toBe(true);
  expect(notice.safeParse("36501d").success).toBe(false);
});

test("a name has no characters that hide or turn around what stands beside them", () => {
  for (const text of ["Acme \u202eInc", "line\nbreak", "nul\u0000", "half \ud800"]) {
    expect([text, shortText.safeParse(text).success]).toEqual([text, false]);
  }
  expect(shortText.safeParse(" Zoë & 東京 👩‍🔬 ").data).toBe("Zoë & 東京 👩‍🔬");
});
