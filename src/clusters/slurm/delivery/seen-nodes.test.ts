import { expect, test } from "vitest";
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
} from "../owner/seen.test-data.ts";
import type { SlurmSeen } from "../seen.ts";
import { seenNodes } from "./seen-nodes.ts";

function first(change: Partial<SlurmSeen>) {
  return seenNodes(seenOf(change), POOL, NOW).find(({ node }) => node === "n1");
}

const MARKETS = { account: "spw-ada", reservation: "spw-c1" };

test.each<readonly [string, Partial<SlurmSeen>, number | null]>([
  ["nothing is on it", {}, NOW],
  ["a job of the owner's ends by its limit", { jobs: [jobOf()] }, inHours(3)],
  ["the last of two ends", { jobs: [jobOf(), jobOf({ end: inHours(5) })] }, inHours(5)],
  ["a job has no limit", { jobs: [jobOf({ end: null }), jobOf()] }, null],
  ["a job is past its end", { jobs: [jobOf({ end: epochMs(NOW - 1_000) })] }, null],
  ["a job is being cleared away", { jobs: [jobOf({ state: "COMPLETING", end: NOW })] }, null],
  ["a suspended job keeps its GPUs", { jobs: [jobOf({ state: "SUSPENDED" })] }, inHours(3)],
  ["a job is over, as slurmrestd tells", { jobs: [jobOf({ state: "COMPLETED" })] }, NOW],
  ["a job waits", { jobs: [waitingOf()] }, NOW],
  ["a job is elsewhere", { jobs: [jobOf({ nodes: ["n2"] })] }, NOW],
  ["the market's job is on it", { jobs: [jobOf({ ...MARKETS, end: null })] }, NOW],
  ["another's reservation is to come", { reservations: [reservationOf()] }, inHours(8)],
  ["the market's reservation is on it", { reservations: [reservationOf({ name: "spw-c1" })] }, NOW],
  ["a reservation is over", { reservations: [reservationOf({ end: inHours(-1) })] }, NOW],
])("when a node is free: %s", (_, change, free) => {
  expect(first(change)?.freeFrom).toBe(free);
});

test("a node is taken while the owner's work is on it, or another's reservation", () => {
  expect(first({ jobs: [jobOf()] })?.isTaken).toBe(true);
  expect(first({ jobs: [jobOf(MARKETS)] })?.isTaken).toBe(false);
  expect(first({ reservations: [reservationOf()] })?.isTaken).toBe(false);
  const begun = reservationOf({ start: inHours(-1), end: inHours(1) });
  expect(first({ reservations: [begun] })?.isTaken).toBe(true);
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
    { node: "n1", fabric: "a", gpus: 8, isUp: true, isTaken: false, freeFrom: NOW, inUse: 0 },
    { node: "n3", fabric: "b", gpus: 8, isUp: false, isTaken: false, freeFrom: NOW, inUse: 0 },
  ]);
});
