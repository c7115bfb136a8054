import { expect, test } from "vitest";
import { exp, ln } from "./elementary.ts";

const POINTS = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 10);

test("exp is the standard one to thirteen digits and more", () => {
  for (const x of POINTS) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2e-14);
  expect(exp(0)).toBe(1);
});

test("ln is the standard one to fifteen digits, also near 1", () => {
  for (const x of POINTS.map((point) => Math.exp(point / 10))) {
    expect(Math.abs(ln(x) - Math.log(x))).toBeLessThan(4e-15 * Math.max(1, Math.abs(Math.log(x))));
  }
  expect(ln(1)).toBe(0);
});
