/** A holder's jobs from the command line, through the API, to a cluster that keeps them in a list. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testWorld } from "../../src/http/api.test-data.ts";
import { delivery, ListedJobs } from "../../src/http/routes/jobs.test-data.ts";
import { durationMs, HOUR_MS } from "../../src/units.ts";
import { carriedOut } from "../carried-out.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-jobs-"));
const script = join(folder, "train.sh");
const jobs = new ListedJobs();

let server: Server;
let environment: Readonly<Record<string, string>>;
let contract: string;

beforeAll(async () => {
  writeFileSync(script, "#!/bin/sh\ntrue\n");
  const world = await testWorld({}, { delivery, jobs });
  await world.pass(durationMs(HOUR_MS));
  const key = await world.buyer("acme", "1000.00");
  const order = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "2.00" };
  contract = (await world.as(key, "POST", "/v1/orders", order)).body.contracts[0];
  await world.context.service.delivering.look();
  server = createServer(getRequestListener(world.api.fetch)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  environment = { SPILLWAY_KEY: key, SPILLWAY_URL: `http://127.0.0.1:${port}` };
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const spillway = (...words: readonly string[]) => carriedOut(["jobs", ...words], environment);

test("a script is submitted with what is asked for", async () => {
  const size = ["--nodes", "1", "--gpus-per-node", "4", "--time", "90m"];
  const asked = ["--name", "llm", "--notice-signal", "USR1", ...size];
  const done = await spillway("submit", contract, script, ...asked);
  expect(done).toEqual({ code: 0, out: "Job 1 is waiting, with 16 GPUs.\n", err: "" });
  expect(jobs.submitted[0]?.request).toMatchObject({
    name: "llm",
    work: { type: "script", script: "#!/bin/sh\ntrue\n" },
    nodes: 1,
    gpusPerNode: 4,
    tasks: null,
    timeLimit: 90 * 60_000,
    noticeSignal: "USR1",
  });
});

test("a container's command keeps its words", async () => {
  const command = ["python", "-c", "print(1)"];
  await spillway("submit", contract, "--image", "docker://python:3.13", "--", ...command);
  expect(jobs.submitted[1]?.request.work).toEqual({
    type: "container",
    image: "docker://python:3.13",
    command,
  });
});

test("jobs are listed, shown, and cancelled", async () => {
  const listed = await spillway("list", contract);
  expect(listed.out).toMatch(/^2 +job +waiting: Resources +16 .*\n1 +llm /m);
  expect((await spillway("show", contract, "1")).out).toMatch(/^name +llm$/m);
  expect((await spillway("cancel", contract, "1")).out).toBe("Job 1 is cancelled.\n");
  expect(await spillway("show", contract, "9")).toMatchObject({ code: 3 });
});

test("a log is written to its end, and followed until the job's", async () => {
  jobs.written = "one two three";
  expect((await spillway("log", contract, "1")).out).toBe("three");
  expect((await spillway("log", contract, "1", "--from", "0")).out).toBe("one two three");
  expect(JSON.parse((await spillway("log", contract, "1", "--json")).out)).toMatchObject({
    from: 8,
    text: "three",
  });
  jobs.future = [" four", " and five"];
  expect((await spillway("log", contract, "1", "--follow")).out).toBe(" four and five");
});

test("what cannot be is said before anything is asked", async () => {
  for (const words of [
    ["submit", contract, join(folder, "none.sh")],
    ["submit", contract, script, "an-argument"],
    ["submit", contract, script, "--nodes", "0"],
    ["log", contract, "1", "--from", "-1"],
    ["log", contract, "1", "--follow", "--json"],
  ]) {
    expect(await spillway(...words)).toMatchObject({ code: 2, out: "" });
  }
  expect(jobs.submitted).toHaveLength(2);
});
