import { expect, test } from "vitest";
import { jobOf } from "../owner/seen.test-data.ts";
import type { SlurmJob } from "../seen.ts";
import { allotment, at, recallDue } from "./delivery.test-data.ts";
import { condemned, marketJobs, noticesOf } from "./market-jobs.ts";

const NOW = at(100);

function job(change: Partial<SlurmJob> = {}): SlurmJob {
  const own = { account: "spw-acme", user: "tenant", reservation: "spw-p_ctr_1" };
  return jobOf({ ...own, nodes: ["a"], ...change });
}

function idsOf(jobs: readonly SlurmJob[]): string[] {
  return jobs.map(({ id }) => id);
}

test("the market's jobs of a pool are those in its reservations, and those on its nodes without one", () => {
  const jobs = [
    job({ id: "1" }),
    job({ id: "2", reservation: null }),
    job({ id: "3", reservation: null, nodes: ["elsewhere"] }),
    job({ id: "4", reservation: "spw-q_ctr_1" }),
    job({ id: "5", account: "training" }),
    job({ id: "6", account: "training", reservation: null }),
    job({ id: "7", nodes: ["elsewhere"] }),
  ];
  expect(idsOf(marketJobs(jobs, "p", new Set(["a", "b"])))).toEqual(["1", "2", "7"]);
});

test.each<[string, Partial<SlurmJob>, boolean]>([
  ["on a node that is its holder's goes on", {}, false],
  ["on one that is not yet goes", { nodes: ["late"] }, true],
  ["on one that is no more goes", { nodes: ["over"] }, true],
  ["on one at the instant it is over goes", { nodes: ["now"] }, true],
  ["on another holder's goes", { nodes: ["other"] }, true],
  ["on a node of its holder's next contract goes", { nodes: ["next"] }, true],
  [
    "in no reservation stays where its holder has a node",
    { reservation: null, nodes: ["next"] },
    false,
  ],
  ["that is on one of its holder's and on one given back goes", { nodes: ["a", "over"] }, true],
  [
    "of a contract that is over goes, though its nodes are another's",
    { account: "spw-gone" },
    true,
  ],
  ["that ends is among them until it has ended", { nodes: ["over"], state: "COMPLETING" }, true],
  ["that waits for a reservation that is there stays", { nodes: [], state: "PENDING" }, false],
  [
    "that waits for a later part of it stays",
    { nodes: [], state: "PENDING", reservation: "spw-p_ctr_1+300000" },
    false,
  ],
  [
    "that waits for one that is over goes",
    { nodes: [], state: "PENDING", reservation: "spw-p_ctr_0" },
    true,
  ],
  ["that waits for none stays", { nodes: [], state: "PENDING", reservation: null }, false],
])("a job %s", (_, change, goes) => {
  const allotments = [
    allotment({ a: [0, 900], late: [101, 900], over: [0, 90], now: [0, 100] }),
    allotment({ other: [0, 900] }, { holder: "beta", contract: "ctr_2" }),
    allotment({ next: [0, 900] }, { contract: "ctr_3" }),
  ];
  expect(condemned([job(change)], "p", allotments, NOW)).toHaveLength(goes ? 1 : 0);
});

test("who runs on a recalled node is told of the first recall that meets it", () => {
  const allotments = [
    allotment({ a: [0, 300], b: [0, 200], c: [0, 900] }, { recalls: [300, 200].map(recallDue) }),
  ];
  const jobs = [
    job({ id: "1", nodes: ["a", "b"] }),
    job({ id: "2", nodes: ["a", "c"] }),
    job({ id: "3", nodes: ["c"] }),
    job({ id: "4", state: "COMPLETING" }),
    job({ id: "5", account: "spw-beta" }),
  ];
  const notices = noticesOf(jobs, allotments);
  expect(notices.map((each) => [each.job.id, each.due])).toEqual([
    ["1", at(200)],
    ["2", at(300)],
  ]);
});
