import { describe, expect, test } from "vitest";
import { localClock } from "./local-time.ts";
import { parseEpochSeconds, parseLocalTime, parseTime } from "./time.ts";

describe("a time with its zone", () => {
  test.each([
    ["2024-04-02T00:00:00Z", "2024-04-02T00:00:00.000Z"],
    ["2024-04-02t00:00z", "2024-04-02T00:00:00.000Z"],
    ["2024-04-02 02:00:00+02:00", "2024-04-02T00:00:00.000Z"],
    ["2024-04-02 00:00:00+00", "2024-04-02T00:00:00.000Z"],
    ["2024-04-01T18:30:00-0530", "2024-04-02T00:00:00.000Z"],
    ["2024-02-29T12:00:00.0579Z", "2024-02-29T12:00:00.057Z"],
    ["2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.500Z"],
  ])("%s is %s", (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  test.each([
    "2024-04-02T00:00:00",
    "2024-04-02",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-04-02T24:00:00Z",
    "2024-04-02T00:60:00Z",
    "2024-04-02T00:00:60Z",
    "2024-04-02T00:00:00+16:00",
    "1970-01-01T00:00:00Z",
    "2100-01-01T00:00:00Z",
    "02/04/2024 00:00Z",
    "1712016000",
    "",
  ])("%s is none", (text) => {
    expect(parseTime(text)).toBeNull();
  });
});

test("seconds since 1970 count between 1990 and 2100", () => {
  expect(parseEpochSeconds(1_712_016_000.25)).toBe(1_712_016_000_250);
  expect(parseEpochSeconds(0)).toBeNull();
  expect(parseEpochSeconds(1_712_016_000_000)).toBeNull();
});

describe("a wall clock", () => {
  const berlin = localClock("Europe/Berlin");
  const read = (text: string): string[] => {
    const local = parseLocalTime(text);
    if (local === null) return [];
    const { earlier, later } = berlin(local);
    return [earlier, later].map((time) => new Date(time).toISOString().slice(0, 16));
  };

  test("is read with the offset of its day", () => {
    expect(read("2024-01-15T12:00:00")).toEqual(["2024-01-15T11:00", "2024-01-15T11:00"]);
    expect(read("2024-07-15T12:00:00")).toEqual(["2024-07-15T10:00", "2024-07-15T10:00"]);
  });

  test("shows the hour twice when it goes back, and skips one when it goes forward", () => {
    expect(read("2024-10-27T02:10:00")).toEqual(["2024-10-27T00:10", "2024-10-27T01:10"]);
    expect(read("2024-10-27T01:59:00")).toEqual(["2024-10-26T23:59", "2024-10-26T23:59"]);
    expect(read("2024-03-31T02:30:00")).toEqual(["2024-03-31T01:30", "2024-03-31T01:30"]);
    expect(read("2024-03-31T03:00:00")).toEqual(["2024-03-31T01:00", "2024-03-31T01:00"]);
  });

  test("needs a zone that exists", () => {
    expect(() => localClock("Mars/Olympus")).toThrow("--timezone: expected an IANA time zone");
  });
});
