import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { startSteps } from "./steps.ts";

test("a step shows its name when it begins and its seconds when the next one does", () => {
  const stream = new PassThrough().setEncoding("utf8");
  let now = 0;
  const steps = startSteps(stream, () => now);
  steps.begin("munge");
  expect(stream.read()).toMatch(/^munge +$/);
  now = 1_234;
  steps.begin("MariaDB");
  expect(stream.read()).toMatch(/^ +1\.2 s\nMariaDB +$/);
  steps.end();
  steps.end();
  expect(stream.read()).toMatch(/^ +0\.0 s\n$/);
});
