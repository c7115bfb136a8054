import { beforeEach, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";
import { delivery, ListedJobs } from "./jobs.test-data.ts";

const SCRIPT = { script: "#!/bin/sh\ntrue\n" };

let jobs: ListedJobs;
let warned: string[];
let world: World;
let acme: string;
let rival: string;
let contract: string;

beforeEach(async () => {
  jobs = new ListedJobs();
  warned = [];
  const warn = (sentence: string): void => void warned.push(sentence);
  world = await testWorld({}, { delivery, jobs, warn });
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  rival = await world.buyer("rival", "1000.00");
  contract = await bought();
  await world.context.service.delivering.look();
});

async function bought(changes: object = {}): Promise<string> {
  const order = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "2.00", ...changes };
  const { body } = await world.as(acme, "POST", "/v1/orders", order);
  return body.contracts[0];
}

function submit(body: object = SCRIPT, headers = {}, key = acme) {
  return world.as(key, "POST", `/v1/contracts/${contract}/jobs`, body, headers);
}

test("a job is submitted on the contract's nodes, listed and shown", async () => {
  const asked = { name: "llm", ...SCRIPT, nodes: 1, time_limit: "90m", notice_signal: "USR1" };
  const { status, body: job } = await submit(asked);
  expect(status).toBe(200);
  expect(job).toMatchObject({ id: "1", contract, account: "acme", name: "llm", status: "waiting" });
  const [{ allotment, request, key } = expect.fail()] = jobs.submitted;
  expect(allotment).toMatchObject({ contract, holder: "acme" });
  expect(allotment.nodes).toHaveLength(2);
  expect(key).toBeNull();
  expect(request).toMatchObject({
    work: { type: "script", script: SCRIPT.script },
    nodes: 1,
    gpusPerNode: null,
    timeLimit: 90 * 60_000,
    noticeSignal: "USR1",
  });
  await submit();
  const path = `/v1/contracts/${contract}/jobs`;
  const first = await world.as(acme, "GET", `${path}?limit=1`);
  expect(first.body).toMatchObject({ data: [{ id: "2", name: "job" }], next_cursor: "2" });
  const next = await world.as(acme, "GET", `${path}?limit=1&cursor=2`);
  expect(next.body).toEqual({ data: [job], next_cursor: null });
  expect((await world.as(acme, "GET", `${path}/1`)).body).toEqual(job);
  expect((await world.as(world.ownerKey, "GET", `${path}/1`)).body).toEqual(job);
});

test("a log is read from where it is asked for", async () => {
  await submit();
  const path = `/v1/contracts/${contract}/jobs/1/log`;
  jobs.written = "an epoch";
  const log = { job: "1", from: 3, next: 8, size: 8, text: "epoch" };
  expect((await world.as(acme, "GET", path)).body).toEqual(log);
  expect((await world.as(acme, "GET", `${path}?from=7`)).body.text).toBe("h");
  expect((await world.as(acme, "GET", `${path}?from=-1`)).status).toBe(422);
  expect((await world.as(world.ownerKey, "GET", path)).status).toBe(200);
});

test("a job is cancelled", async () => {
  await submit();
  const cancelled = await world.as(acme, "POST", `/v1/contracts/${contract}/jobs/1/cancel`);
  expect(cancelled.body).toMatchObject({ id: "1", status: "cancelled" });
});

test("nobody else's contract has jobs, and no contract has another's", async () => {
  await submit();
  const path = `/v1/contracts/${contract}/jobs`;
  expect((await submit(SCRIPT, {}, rival)).body.error.code).toBe("contract_unknown");
  for (const [method, rest] of [
    ["GET", ""],
    ["GET", "/1"],
    ["GET", "/1/log"],
    ["POST", "/1/cancel"],
  ] as const) {
    const answer = await world.as(rival, method, path + rest);
    expect([rest, answer.status, answer.body.error.code]).toEqual([rest, 404, "contract_unknown"]);
  }
  const other = `/v1/contracts/${await bought()}/jobs`;
  for (const [method, rest] of [
    ["GET", "/1"],
    ["GET", "/1/log"],
    ["POST", "/1/cancel"],
  ] as const) {
    const answer = await world.as(acme, method, other + rest);
    expect([rest, answer.status, answer.body.error.code]).toEqual([rest, 404, "job_unknown"]);
  }
});

test("the same Idempotency-Key submits once, at the same time and later", async () => {
  const gate = Promise.withResolvers<void>();
  jobs.gate = gate.promise;
  const headers = { "Idempotency-Key": "k1" };
  const both = [submit(SCRIPT, headers), submit(SCRIPT, headers)];
  gate.resolve();
  const [first, second] = await Promise.all(both);
  expect(first?.body.id).toBe("1");
  expect(second?.body).toEqual(first?.body);
  expect((await submit(SCRIPT, headers)).body).toEqual(first?.body);
  expect(jobs.submitted).toHaveLength(1);
  const other = await submit({ script: "#!/bin/sh\nfalse\n" }, headers);
  expect([other.status, other.body.error.code]).toEqual([409, "idempotency_key_reused"]);
  expect((await submit(SCRIPT, { "Idempotency-Key": "k2" })).body.id).toBe("2");
});

test("what was not submitted for a fault is submitted by the same key", async () => {
  jobs.isUnseen = true;
  const headers = { "Idempotency-Key": "k1" };
  const { status, body, headers: answered } = await submit(SCRIPT, headers);
  expect([status, body.error.code, answered.get("Retry-After")]).toEqual([
    503,
    "cluster_unseen",
    "5",
  ]);
  expect(warned).toEqual(["a holder's jobs cannot be reached: Error: no answer"]);
  jobs.isUnseen = false;
  expect((await submit(SCRIPT, headers)).body.id).toBe("1");
});

test("what the cluster refuses is refused by its name, with what the cluster says", async () => {
  jobs.answer = { refusal: "job_refused", said: "Requested node configuration is not available" };
  const { status, body } = await submit();
  expect(status).toBe(409);
  expect(body.error).toMatchObject({
    code: "job_refused",
    details: { said: "Requested node configuration is not available" },
  });
});

test.each<[object, string]>([
  [{}, "script"],
  [{ ...SCRIPT, container: { image: "a", command: ["b"] } }, "script"],
  [{ script: "echo no interpreter" }, "script"],
  [{ container: { image: "--privileged", command: ["b"] } }, "container.image"],
  [{ container: { image: "a", command: [] } }, "container.command"],
  [{ ...SCRIPT, name: "a b" }, "name"],
  [{ ...SCRIPT, nodes: 0 }, "nodes"],
  [{ ...SCRIPT, notice_signal: "KILL" }, "notice_signal"],
])("%j is not understood: %s", async (body, field) => {
  const { status, body: answer } = await submit(body);
  expect([status, answer.error.details.field]).toEqual([422, field]);
  expect(jobs.submitted).toEqual([]);
});

test("a contract without its nodes has no jobs yet, and one that is over none any more", async () => {
  const later = new Date(Date.UTC(2026, 10, 2, 12)).toISOString();
  const code = async (of: string): Promise<string> => {
    const answer = await world.as(acme, "POST", `/v1/contracts/${of}/jobs`, SCRIPT);
    return answer.body.error.code;
  };
  expect(await code(await bought({ start: later }))).toBe("not_delivered_yet");
  await world.pass(durationMs(3 * HOUR_MS));
  expect(await code(contract)).toBe("contract_over");
});

test("a simulated cluster runs no jobs", async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  contract = await bought();
  for (const answer of [
    await submit(),
    await world.as(acme, "GET", `/v1/contracts/${contract}/jobs`),
  ]) {
    expect([answer.status, answer.body.error.code]).toEqual([409, "pool_runs_no_jobs"]);
  }
});
