/** Readers of what the accounting prints, on what a lab's printed; its nodes have shorter names. */
import { expect, test } from "vitest";
import { epochMs } from "../../../units.ts";
import { basisOfText, untoldOfText } from "./basis-text.ts";
import { marketRunsCommand, marketRunsOfText } from "./market-runs-text.ts";
import { namedRuns } from "./named-runs.ts";
import { outagesCommand, outagesOfText } from "./outages-text.ts";
import { reservedOfText } from "./reserved-text.ts";

const WINDOW = {
  start: epochMs(Date.UTC(2026, 10, 24, 19)),
  end: epochMs(Date.UTC(2026, 10, 24, 20)),
};

function at(seconds: number): number {
  return seconds * 1_000;
}

const EVENTS = `gpu-1|1795548620|1795548624|513
gpu-1|1795548735|1795548738|514
gpu-2|1795548652|1795548686|2049
gpu-3|1795548557|1795548560|8194
gpu-3|1795548652|Unknown|2561
`;

test("a node is out while it is down, drained or failing, whatever its word; open events go on", () => {
  expect(outagesOfText(EVENTS)).toEqual([
    { node: "gpu-1", start: at(1795548620), end: at(1795548624), isSilent: false },
    { node: "gpu-1", start: at(1795548735), end: at(1795548738), isSilent: false },
    { node: "gpu-2", start: at(1795548652), end: at(1795548686), isSilent: true },
    { node: "gpu-3", start: at(1795548557), end: at(1795548560), isSilent: false },
    { node: "gpu-3", start: at(1795548652), end: null, isSilent: true },
  ]);
});

test.each([
  ["unknown", 0, true],
  ["down", 1, true],
  ["idle", 2, false],
  ["allocated", 3, false],
  ["in error", 4, true],
  ["mixed", 5, false],
  ["idle and powered down", 2 + (1 << 12), false],
  ["mixed and drained", 5 + (1 << 9), true],
])("a node that is %s takes work or not", (_, state, isOut) => {
  expect(outagesOfText(`gpu-1|1795548620|Unknown|${state}\n`)).toHaveLength(isOut ? 1 : 0);
});

test("what befell the whole cluster is no node's outage", () => {
  expect(outagesOfText("|1795548438|Unknown|0\n")).toEqual([]);
});

test("a reservation is there once for each change; a plan's end counts as its end", () => {
  const text = `spw-lab_c2|3|1795548957|1795548963|gpu-[1-2]
spw-lab_c2|3|1795548963|1795549576|gpu-1
`;
  expect(reservedOfText(text)).toEqual([
    {
      reservation: "spw-lab_c2",
      id: "3",
      nodes: ["gpu-1", "gpu-2"],
      start: at(1795548957),
      end: at(1795548963),
    },
    {
      reservation: "spw-lab_c2",
      id: "3",
      nodes: ["gpu-1"],
      start: at(1795548963),
      end: at(1795549576),
    },
  ]);
});

test("runs are those of the market's accounts that began", () => {
  const text = `1|training|||1795548616|1795548620|gpu-1
3|spw-t1|spw-lab_c1|2|None|1795548735|None assigned
4|spw-t1|spw-lab_c1|2|1795548915|1795548919|gpu-[1-2]
5|spw-t1|||1795548915|Unknown|gpu-3
`;
  expect(marketRunsOfText(text)).toEqual([
    {
      id: "4",
      account: "spw-t1",
      reservation: "spw-lab_c1",
      reservationId: "2",
      nodes: ["gpu-1", "gpu-2"],
      start: at(1795548915),
      end: at(1795548919),
    },
    {
      id: "5",
      account: "spw-t1",
      reservation: null,
      reservationId: null,
      nodes: ["gpu-3"],
      start: at(1795548915),
      end: null,
    },
  ]);
});

test("a run that began with its reservation has its name by its number, at a time that fits", () => {
  const text = `7|spw-t1||8|1795550982|1795550986|gpu-1
8|spw-t1||9|1795550982|1795550986|gpu-1
9|spw-t1|spw-lab_k3|8|1795550982|1795550986|gpu-1
10|spw-t1||8|1795550991|1795550992|gpu-1
11|spw-t1|||1795550982|1795550986|gpu-1
`;
  const reserved = reservedOfText(`spw-lab_k1|8|1795540000|1795540010|gpu-1
spw-lab_k2|8|1795550982|1795550990|gpu-1
`);
  const named = namedRuns(marketRunsOfText(text), reserved);
  expect(named.map(({ id, reservation }) => [id, reservation])).toEqual([
    ["7", "spw-lab_k2"],
    ["8", null],
    ["9", "spw-lab_k3"],
    ["10", null],
    ["11", null],
  ]);
});

test("the accounting may know several clusters: one is asked about, in UTC", () => {
  expect(outagesCommand("hall", WINDOW).join(" ")).toBe(
    "sacctmgr -nP show event event=node clusters=hall start=2026-11-24T19:00:00 end=2026-11-24T20:00:00 format=nodename,timestart,timeend,stateraw",
  );
  expect(marketRunsCommand("hall", WINDOW)).toContain("--clusters=hall");
});

test("slurmctld says how long a node may be silent, and how much it has not told the accounting", () => {
  const text = `Configuration data as of 1795538678
ClusterName             = lab
SlurmctldTimeout        = 120 sec
SlurmdTimeout           = 300 sec
SLURM_VERSION           = 22.05.8
`;
  expect(basisOfText(text)).toEqual({ cluster: "lab", at: at(1795538678), silence: 300_000 });
  expect(untoldOfText("Agent queue size:  3\nDBD Agent queue size: 4\n")).toBe(4);
});

test.each([
  ["events", () => outagesOfText("gpu-1|1795548620|1795548624\n")],
  ["an event's state", () => outagesOfText("gpu-1|1795548620|1795548624|DOWN\n")],
  ["an event's start", () => outagesOfText("gpu-1|Unknown|1795548624|1\n")],
  ["reservations", () => reservedOfText("c|d|e\n")],
  ["a reservation's start", () => reservedOfText("c|1|2026-11-24|e|gpu-1\n")],
  ["runs", () => marketRunsOfText("1|a|b\n")],
  ["the configuration", () => basisOfText("Configuration data as of 1795538678\n")],
  ["SlurmdTimeout", () => basisOfText("Configuration data as of 1795538678\nSLURM_VERSION = 22\n")],
  ["the queue", () => untoldOfText("Agent queue size: 0\n")],
])("%s that can't be read are refused", (_, read) => {
  expect(read).toThrow("answer_unreadable");
});
