import { expect, test } from "vitest";
import { durationMs, later } from "../../../units.ts";
import type { Ended, SlurmAccess } from "../access/access.ts";
import { jobOf, POOL } from "../owner/seen.test-data.ts";
import type { SlurmJob } from "../seen.ts";
import { allotment, at } from "./delivery.test-data.ts";
import { enderOf, Interrupted, jobEndsOf } from "./interrupted.ts";

test.each([
  ["CANCELLED by 0", "user 0"],
  ["CANCELLED by 1000", null],
  ["PREEMPTED", "Slurm's preemption"],
  ["COMPLETED", null],
  ["FAILED", null],
  ["TIMEOUT", null],
  ["NODE_FAIL", null],
])("of a job of user 1000 that is %s, the ender is %s", (state, ender) => {
  const end = jobEndsOf(`7|${state}|1000\n`).get("7");
  expect(end === undefined ? "unended" : enderOf(end)).toBe(ender);
});

test("what goes on has not ended", () => {
  expect(jobEndsOf("7|RUNNING|1000\n8|PENDING|1000\n").size).toBe(0);
});

/** An accounting that says one thing. */
function place(says: () => string) {
  const access: SlurmAccess = {
    place: "here",
    run: async (): Promise<Ended> => ({ code: 0, stdout: says(), stderr: "" }),
  };
  return { access, pool: POOL, users: new Map<string, string>(), clock: { now: () => at(0) } };
}

function job(change: Partial<SlurmJob> = {}): SlurmJob {
  const own = { account: "spw-acme", reservation: "spw-h100_ctr_1", start: at(50) };
  return jobOf({ id: "7", nodes: ["a"], ...own, ...change });
}

const HELD = [allotment({ a: [0, 900] })];

test("a job that somebody ended while its node was its holder's is told of once, when the accounting knows", async () => {
  let said = "7|RUNNING|1000";
  const interrupted = new Interrupted(place(() => said));
  expect(await interrupted.look([job()], HELD, at(100))).toEqual([]);
  expect(await interrupted.look([], HELD, at(102))).toEqual([]);
  said = "7|CANCELLED by 0|1000";
  expect(await interrupted.look([], HELD, at(104))).toEqual([
    { contract: "ctr_1", job: "7", by: "user 0", gpus: 8, start: at(50), end: at(104) },
  ]);
  expect(await interrupted.look([], HELD, at(106))).toEqual([]);
});

test("a job whose node was given back, or of which nothing is heard for a minute, is nobody's fault", async () => {
  let said = "7|CANCELLED by 0|1000";
  const given = new Interrupted(place(() => said));
  await given.look([job()], HELD, at(100));
  expect(await given.look([], [allotment({ a: [0, 101] })], at(102))).toEqual([]);
  said = "";
  const silent = new Interrupted(place(() => said));
  await silent.look([job()], HELD, at(100));
  await silent.look([], HELD, at(102));
  said = "7|CANCELLED by 0|1000";
  expect(await silent.look([], HELD, later(at(102), durationMs(61_000)))).toEqual([]);
});
