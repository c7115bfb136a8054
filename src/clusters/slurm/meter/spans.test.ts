import { expect, test } from "vitest";
import type { MeterRequest } from "../../../ports.ts";
import { epochMs, HOUR_MS } from "../../../units.ts";
import { ofFirstDay } from "./spans.ts";

function requestOf(contract: string, from: number, to: number): MeterRequest {
  const window = { from: epochMs(from * HOUR_MS), to: epochMs(to * HOUR_MS) };
  return { contract, ...window, heldGpuMs: 0, nodes: [] };
}

test("after a long absence, days are asked one after the other, and a contract's in their order", () => {
  const days = [0, 1, 2].flatMap((day) => [
    requestOf("a", day * 24 + 5, day * 24 + 24),
    requestOf("b", day * 24, day * 24 + 20),
  ]);
  let left: readonly MeterRequest[] = days;
  const asked: string[][] = [];
  while (left.length > 0) {
    const now = ofFirstDay(left);
    asked.push(now.map(({ contract, from }) => `${contract}${from / HOUR_MS}`));
    left = left.filter((each) => !now.includes(each));
  }
  expect(asked).toEqual([
    ["a5", "b0"],
    ["a29", "b24"],
    ["a53", "b48"],
  ]);
  expect(ofFirstDay([])).toEqual([]);
});
