import { expect, test } from "vitest";
import { seenOf } from "./owner/seen.test-data.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmSeen } from "./seen.ts";
import { sightOf } from "./sight.ts";

/** A reader that counts how often it is asked. */
function readerOf(
  see: (time: number) => SlurmSeen,
): SlurmReader & { readonly times: () => number } {
  let times = 0;
  return {
    place: "here",
    see: async () => see(++times),
    own: () => Promise.reject(new Error("nobody asks")),
    pastRuns: () => Promise.resolve([]),
    times: () => times,
  };
}

test("pools that are read one after the other share a picture", async () => {
  const reader = readerOf(() => seenOf());
  const sight = sightOf(reader);
  const [first, second] = await Promise.all([sight(), sight()]);
  expect(second).toBe(first);
  expect(reader.times()).toBe(1);
});

test("a picture that could not be made is not shared", async () => {
  const reader = readerOf((time) => {
    if (time === 1) throw new Error("in vain");
    return seenOf();
  });
  const sight = sightOf(reader);
  await expect(sight()).rejects.toThrow("in vain");
  await expect(sight()).resolves.toMatchObject({ jobs: [] });
});

test.each([
  [31_000, "31 s ahead of"],
  [-90_000, "90 s behind"],
])("a clock that is off by %d ms is refused", async (clockOffsetMs, words) => {
  const asked = sightOf(readerOf(() => seenOf({ clockOffsetMs })))();
  await expect(asked).rejects.toMatchObject({ state: "clocks_differ" });
  await expect(asked).rejects.toThrow(words);
});

test("a clock that is off by a little is not", async () => {
  await sightOf(readerOf(() => seenOf({ clockOffsetMs: -29_000 })))();
});
