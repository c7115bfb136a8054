import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../postgres.ts";

const program = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spillway-standby-"));
const server = await startPostgres();
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
}

/** A process of the service on this port, which may be standing by. */
function serve(databaseUrl: string, port: number): Service {
  const settings = {
    SPILLWAY_DATABASE_URL: databaseUrl,
    SPILLWAY_PORT: String(port),
    SPILLWAY_DATA_DIR: folder,
    SPILLWAY_SPEED: "1",
    SPILLWAY_PRODUCTION: "true",
    SPILLWAY_SIMULATED: "true",
  };
  const child = spawn(process.execPath, [program, "serve"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let log = "";
  for (const output of [child.stdout, child.stderr]) output?.on("data", (text) => (log += text));
  return { child, url: `http://127.0.0.1:${port}`, log: () => log };
}

async function statusOf({ url }: Service, path: string): Promise<number> {
  const answer = await fetch(`${url}${path}`).catch(() => null);
  return answer?.status ?? 0;
}

/** @returns after how many milliseconds */
async function until(service: Service, path: string, status: number): Promise<number> {
  const begun = performance.now();
  while ((await statusOf(service, path)) !== status) {
    if (performance.now() - begun > 45_000) throw new Error(`never ${status}: ${service.log()}`);
    await sleep(100);
  }
  return performance.now() - begun;
}

async function ending(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

/** Below the range from which systems give out ports by themselves. */
const portsFrom = 20_000 + (process.pid % 10_000);

test("a second process stands by, and takes over at once where the first one stops or dies", async () => {
  const url = await server.freshDatabase();
  const first = serve(url, portsFrom);
  await until(first, "/openapi.json", 200);
  const second = serve(url, portsFrom + 1);
  await until(second, "/healthz", 200);
  await sleep(2_000);
  expect(await statusOf(second, "/v1/pools")).toBe(503);
  expect(await statusOf(second, "/readyz")).toBe(503);
  expect(await statusOf(first, "/v1/pools")).toBe(401);

  first.child.kill("SIGTERM");
  expect(await ending(first.child)).toBe(0);
  // The lease was given back: nobody waits until it runs out, which takes ten seconds.
  expect(await until(second, "/v1/pools", 401)).toBeLessThan(8_000);

  const third = serve(url, portsFrom);
  await until(third, "/healthz", 200);
  second.child.kill("SIGKILL");
  await ending(second.child);
  await until(third, "/v1/pools", 401);
  third.child.kill("SIGTERM");
  expect(await ending(third.child)).toBe(0);
  expect(third.log()).toContain("standing by to take over");
}, 150_000);
