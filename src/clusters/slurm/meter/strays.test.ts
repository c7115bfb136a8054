import { expect, test } from "vitest";
import type { MeterRequest } from "../../../ports.ts";
import { epochMs, gpus } from "../../../units.ts";
import type { MarketRun } from "./market-runs-text.ts";
import { straysOf } from "./strays.ts";

function at(seconds: number) {
  return epochMs(seconds * 1_000);
}

const REQUEST: MeterRequest = {
  contract: "c1",
  from: at(0),
  to: at(3_600),
  heldGpuMs: 1e9,
  nodes: [
    { node: "n1", fabric: "a", gpus: gpus(8), start: at(0), end: at(1_800) },
    { node: "n2", fabric: "a", gpus: gpus(8), start: at(1_200), end: at(7_200) },
    { node: "n2", fabric: "a", gpus: gpus(8), start: at(-900), end: at(1_200) },
  ],
};

function runOf(change: Partial<MarketRun> = {}): MarketRun {
  const own = { id: "7", account: "spw-ada", reservation: "spw-h100_c1", nodes: ["n1", "n2"] };
  return { ...own, reservationId: "2", start: at(10), end: at(1_800), ...change };
}

test.each<readonly [string, Partial<MarketRun>, readonly string[]]>([
  ["it ends with its node", {}, []],
  ["it takes its time to end", { end: at(1_830) }, []],
  ["it goes on where it may", { nodes: ["n2"], end: null }, []],
  ["it goes on when a node is gone", { end: at(1_845) }, ["on n1 for 45 s"]],
  ["it goes on for ever", { end: null }, ["on n1 for 1800 s"]],
  ["it was never let there", { nodes: ["n3"], end: at(50) }, ["on n3 for 40 s"]],
  ["it was there before the time in question", { start: at(-800), end: at(20) }, []],
  [
    "it is in a reservation of later nodes",
    { reservation: "spw-h100_c1+90", nodes: ["n3"] },
    ["n3"],
  ],
  ["it is another contract's", { reservation: "spw-h100_c2", nodes: ["n3"] }, []],
  ["it is another pool's", { reservation: "spw-a100_c1", nodes: ["n3"] }, []],
  ["it is in no reservation", { reservation: null }, ["without a contract's reservation"]],
  ["it is in somebody's", { reservation: "big-run" }, ["without a contract's reservation"]],
  ["it was in none, for a moment", { reservation: null, end: at(40) }, []],
])("a job strays where its holder has nothing: %s", (_, change, said) => {
  const strays = straysOf("h100", [REQUEST], [runOf(change)]);
  expect(strays).toHaveLength(said.length);
  for (const [index, words] of said.entries()) {
    expect(strays[index]).toContain(words);
    expect(strays[index]).toContain("job 7 of spw-ada");
  }
});
