import { expect, test } from "vitest";
import { FAR } from "../../../delivery/seen-node.ts";
import type { EpochMs, Window } from "../../../units.ts";
import { durationMs, epochMs, gpus, HOUR_MS } from "../../../units.ts";
import {
  inHours,
  jobOf,
  nodeOf,
  NOW,
  POOL,
  reservationOf,
  seenOf,
  waitingOf,
} from "./seen.test-data.ts";
import type { SlurmSeen } from "../seen.ts";
import { seenNodes } from "./seen-nodes.ts";

function first(change: Partial<SlurmSeen>) {
  return seenNodes(seenOf(change), POOL, NOW).find(({ node }) => node === "n1");
}

const MARKETS = { account: "spw-ada", reservation: "spw-c1" };

function until(end: EpochMs): Window {
  return { start: NOW, end };
}

test.each<readonly [string, Partial<SlurmSeen>, readonly Window[]]>([
  ["nothing is on it", {}, []],
  ["a job of the owner's ends by its limit", { jobs: [jobOf()] }, [until(inHours(3))]],
  [
    "two jobs",
    { jobs: [jobOf(), jobOf({ end: inHours(5) })] },
    [until(inHours(3)), until(inHours(5))],
  ],
  ["a job has no limit", { jobs: [jobOf({ end: null })] }, [until(FAR)]],
  ["a job is past its end", { jobs: [jobOf({ end: epochMs(NOW - 1_000) })] }, [until(FAR)]],
  [
    "a job is being cleared away",
    { jobs: [jobOf({ state: "COMPLETING", end: NOW })] },
    [until(FAR)],
  ],
  [
    "a suspended job keeps its GPUs",
    { jobs: [jobOf({ state: "SUSPENDED" })] },
    [until(inHours(3))],
  ],
  ["a job is over, as slurmrestd tells", { jobs: [jobOf({ state: "COMPLETED" })] }, []],
  ["a job waits", { jobs: [waitingOf()] }, []],
  ["a job is elsewhere", { jobs: [jobOf({ nodes: ["n2"] })] }, []],
  ["the market's job is on it", { jobs: [jobOf({ ...MARKETS, end: null })] }, []],
  [
    "another's reservation is to come",
    { reservations: [reservationOf({ start: inHours(2), end: inHours(8) })] },
    [{ start: inHours(2), end: inHours(8) }],
  ],
  [
    "another's reservation has begun",
    { reservations: [reservationOf({ start: inHours(-1), end: inHours(1) })] },
    [until(inHours(1))],
  ],
  ["the market's reservation is on it", { reservations: [reservationOf({ name: "spw-c1" })] }, []],
  ["a reservation is over", { reservations: [reservationOf({ end: inHours(-1) })] }, []],
])("when others have a node: %s", (_, change, others) => {
  expect(first(change)?.others).toEqual(others);
});

test("GPUs in use are those of the market's jobs, a wide job's shared out, never more than there are", () => {
  const half = { total: gpus(8), byType: { h100: gpus(8) } };
  const wide = jobOf({ ...MARKETS, nodes: ["n1", "n2"], nodeCount: 2, gpus: half });
  expect(first({ jobs: [wide] })?.inUse).toBe(4);
  expect(first({ jobs: [wide, jobOf()] })?.inUse).toBe(4);
  expect(first({ jobs: [wide, wide, wide] })?.inUse).toBe(8);
  const alone = jobOf({ ...MARKETS, isExclusive: true, timeLimit: durationMs(HOUR_MS) });
  expect(first({ jobs: [alone] })?.inUse).toBe(8);
  expect(first({ jobs: [jobOf()] })?.inUse).toBe(0);
});

test("a node has its fabric and its size, and is up or not; one of no partition of the pool's is not seen", () => {
  const nodes = [
    nodeOf("n1"),
    nodeOf("n3", { flags: ["DRAIN"] }),
    nodeOf("n4", { partitions: ["owner"] }),
  ];
  expect(seenNodes(seenOf({ nodes }), POOL, NOW)).toEqual([
    { node: "n1", fabric: "a", gpus: 8, isUp: true, others: [], inUse: 0 },
    { node: "n3", fabric: "b", gpus: 8, isUp: false, others: [], inUse: 0 },
  ]);
});
