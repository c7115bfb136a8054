/** Readers of what Slurm's tools print, on real text. */
import { expect, test } from "vitest";
import { arrayTasksOf } from "./array-tasks.ts";
import { askedGpus } from "./asked-gpus.ts";
import { controllerOfText } from "./controller-text.ts";
import { countsOfGres, countsOfTres } from "./gpu-counts.ts";
import { hostsOf } from "./host-list.ts";
import { jobsCommand, jobsOfText } from "./jobs-text.ts";
import { CONFIGURATION, JOBS, NODES, RESERVATIONS, TOPOLOGY } from "./lab.test-data.ts";
import { levelOfText } from "./level-text.ts";
import { nodeState } from "./node-state.ts";
import { nodesOfText } from "./nodes-text.ts";
import { reservationsOfText } from "./reservations-text.ts";
import { leavesOfText } from "./topology.ts";
import { refuseOldVersion } from "./version.ts";
import { limitOf } from "./words.ts";

const HOUR = 3_600_000;

test("a node is read with its flags, and a drain's reason changes none of it", () => {
  const [first, second] = nodesOfText(NODES);
  expect(first).toEqual({
    name: "gpu-1",
    state: "MIXED",
    flags: ["DRAIN"],
    features: ["fabric-a"],
    partitions: ["owner", "market"],
    gpus: { total: 8, byType: { h100: 8 } },
    gpusInUse: { total: 4, byType: { h100: 4 } },
    reason: "a b",
  });
  expect(second).toMatchObject({ state: "IDLE", flags: ["PLANNED"], reason: null });
});

test("a node without a state is no node", () => {
  expect(() => nodesOfText("NodeName=a Gres=gpu:8")).toThrow("answer_unreadable");
});

test.each([
  [["IDLE"], "IDLE", []],
  [["DOWN*", "DRAIN"], "DOWN", ["NOT_RESPONDING", "DRAIN"]],
  [["idle~"], "IDLE", ["POWERED_DOWN"]],
  [["ALLOCATED", "MAINT", "RESERVED"], "ALLOCATED", ["MAINTENANCE", "RESERVED"]],
  [["mixed", "Draining"], "MIXED", ["DRAIN"]],
] as const)("the state %j is %s with %j", (words, state, flags) => {
  expect(nodeState(words)).toEqual({ state, flags });
});

test("leaves are the switches with nodes right below, and blocks", () => {
  expect(leavesOfText(TOPOLOGY)).toEqual([
    { name: "fabric-a", nodes: ["gpu-1", "gpu-2"] },
    { name: "fabric-b", nodes: ["gpu-3", "gpu-4"] },
  ]);
  const block = "BlockName=b1 BlockIndex=0 Nodes=cn[1-2] BlockSize=2\n";
  expect(leavesOfText(block)).toEqual([{ name: "b1", nodes: ["cn1", "cn2"] }]);
  expect(leavesOfText("No topology information available\n")).toEqual([]);
});

test("jobs are read in all their states", () => {
  const jobs = new Map(jobsOfText(JOBS, "<d>").map((job) => [job.id, job]));
  expect(jobs.size).toBeGreaterThan(6);
  expect(jobs.get("2")).toMatchObject({
    account: "training",
    state: "RUNNING",
    gpus: { total: 16, byType: { h100: 16 } },
    nodes: ["gpu-3", "gpu-4"],
    timeLimit: HOUR,
    isHeld: false,
    reservation: null,
  });
  expect(jobs.get("1")?.name).toBe("a|b c");
  expect(jobs.get("3")).toMatchObject({ state: "PENDING", reason: "Resources", nodes: [] });
  expect(jobs.get("4")).toMatchObject({ reason: "BeginTime", gpus: { total: 4, byType: {} } });
  expect(jobs.get("4")?.eligible).toBeGreaterThan(jobs.get("4")?.submit ?? 0);
  expect(jobs.get("5")).toMatchObject({ isHeld: true, start: null, eligible: null });
  expect(jobs.get("7")).toMatchObject({ reason: "Dependency", name: "new\nline" });
  expect(jobs.get("8")).toMatchObject({ isExclusive: true, gpus: { total: 0 } });
});

test("a list of jobs that is cut off, or parted otherwise, is refused", () => {
  expect(() => jobsOfText(JOBS.slice(0, -20), "<d>")).toThrow("answer_unreadable");
  expect(() => jobsOfText(JOBS, "<e>")).toThrow("answer_unreadable");
  expect(jobsOfText("", "<d>")).toEqual([]);
});

test("every field is asked for at its full width", () => {
  const format = jobsCommand("<x>").at(-1) ?? "";
  expect(format.split(",").every((field) => field.endsWith(":0<x>"))).toBe(true);
});

test("a reservation is read, and none where there is none", () => {
  expect(reservationsOfText(RESERVATIONS)).toMatchObject([
    { name: "maint1", nodes: ["gpu-4"], users: ["root"], accounts: [], partition: null },
  ]);
  const [reservation] = reservationsOfText(RESERVATIONS);
  expect(reservation?.flags).toContain("MAINT");
  expect((reservation?.end ?? 0) - (reservation?.start ?? 0)).toBe(HOUR);
  expect(reservationsOfText("No reservations in the system\n")).toEqual([]);
});

test("slurmctld says which version it is, when it answered, and what it hides", () => {
  const read = controllerOfText(CONFIGURATION);
  expect(read).toMatchObject({ cluster: "lab", version: "22.05.8", slurmUser: "slurm" });
  expect(read.at).toBeGreaterThan(1_700_000_000_000);
  const hiding = CONFIGURATION.replace(/^PrivateData.*$/m, "PrivateData = jobs,Usage");
  expect(controllerOfText(hiding).privateData).toEqual(["jobs", "usage"]);
  expect(() => controllerOfText("nothing")).toThrow("answer_unreadable");
});

test("a version before 22.05 is refused by name", () => {
  expect(() => refuseOldVersion("21.08.8-2")).toThrow("version_too_old");
  expect(() => refuseOldVersion("slurm")).toThrow("answer_unreadable");
  for (const version of ["22.05.8", "24.11.5", "25.11.0-0rc1"]) refuseOldVersion(version);
});

test("levels are Slurm's own; who is not in the accounting has none", () => {
  expect(levelOfText("ada|Operator\n")).toBe("operator");
  expect(levelOfText("root|Administrator\n")).toBe("administrator");
  expect(levelOfText("bob|None\n")).toBe("none");
  expect(levelOfText("")).toBe("none");
});

test.each([
  ["a", ["a"]],
  ["a[01-03,7],b2", ["a01", "a02", "a03", "a7", "b2"]],
  ["r[1-2]n[0-1]", ["r1n0", "r1n1", "r2n0", "r2n1"]],
  ["cn[098-101]", ["cn098", "cn099", "cn100", "cn101"]],
  ["", []],
])("the list of hosts %s is %j", (text, hosts) => {
  expect(hostsOf(text)).toEqual(hosts);
});

test.each(["a[1-", "a[3-1]", "a[x]", "a[1-999999999]", "a[0-999][0-999]", "a,,b"])(
  "the list of hosts %s is refused",
  (text) => expect(() => hostsOf(text)).toThrow("answer_unreadable"),
);

test.each([
  ["gpu:h100:8(S:0-1)", 8, { h100: 8 }],
  ["gpu:h100:2(IDX:0,3),gpu:h200:4(IDX:0-3),tpu:3", 6, { h100: 2, h200: 4 }],
  ["gres:gpu:4", 4, {}],
  ["gres/gpu:h100", 1, { h100: 1 }],
  ["gres/gpu=4", 4, {}],
  ["", 0, {}],
])("the resources %s are %d GPUs", (text, total, byType) => {
  expect(countsOfGres(text)).toEqual({ total, byType });
});

test("trackable resources count the sum once", () => {
  const text = "cpu=2,mem=1000G,gres/gpu=16,gres/gpu:h100=16";
  expect(countsOfTres(text)).toEqual({ total: 16, byType: { h100: 16 } });
  expect(countsOfTres("cpu=2,gres/shard=7").total).toBe(0);
});

test("what a job asks for is multiplied by what it is asked for", () => {
  const none = { perJob: null, perNode: "N/A", perTask: "", perSocket: null };
  const size = { nodes: 2, tasks: 6, sockets: 2 };
  expect(askedGpus({ ...none, ...size }).total).toBe(0);
  expect(askedGpus({ ...none, ...size, perJob: "gres/gpu:5" }).total).toBe(5);
  expect(askedGpus({ ...none, ...size, perNode: "gres:gpu:h100:8" }).byType).toEqual({ h100: 16 });
  expect(askedGpus({ ...none, ...size, perTask: "gres:gpu:1" }).total).toBe(6);
  expect(askedGpus({ ...none, ...size, perSocket: "gres:gpu:2" }).total).toBe(8);
});

test.each([
  ["0-3%2", 4, 2],
  ["1,5-7", 4, null],
  ["0-100:5", 21, null],
  ["N/A", 1, null],
])("the array %s waits with %d tasks", (text, tasks, mostTasks) => {
  expect(arrayTasksOf(text)).toEqual({ tasks, mostTasks });
});

test.each([
  ["2-12:00:00", 60 * HOUR],
  ["1:30:00", 1.5 * HOUR],
  ["30:00", HOUR / 2],
  ["UNLIMITED", null],
])("the limit %s", (text, limit) => {
  expect(limitOf("a limit", text)).toBe(limit);
});

test("a limit that is none of Slurm's is refused", () => {
  expect(() => limitOf("a limit", "soon")).toThrow('a limit is not a length of time, but "soon"');
});
