/**
 * A small installation as a process of its own, to be killed or stopped: store, journal, service and API on a socket of
 * the loopback. Says where it listens, and ends with 3 where it can no longer write. Its one argument is a `Task`.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { benchmarkLike } from "../../../src/backtest/policy.test-data.ts";
import { simulatedCluster } from "../../../src/clusters/simulated/cluster.ts";
import { createApi } from "../../../src/http/api.ts";
import { hashKey, hintOf, newApiKey } from "../../../src/http/api-key.ts";
import { Journal } from "../../../src/journal/journal.ts";
import type { JournalPorts } from "../../../src/journal/journal.ts";
import { FastClock } from "../../../src/server/clock.ts";
import { randomIds } from "../../../src/server/ids.ts";
import { openStore } from "../../../src/server/open-store.ts";
import type { StoreOptions } from "../../../src/server/open-store.ts";
import { found } from "../../../src/service/found.ts";
import { Service } from "../../../src/service/service.ts";
import {
  DAY_MS,
  durationMs,
  epochMs,
  gpus,
  microUsdPerGpuHour,
  MINUTE_MS,
} from "../../../src/units.ts";

export interface Task extends StoreOptions {
  readonly ownerKey: string;
  /** Times as fast as the clock outside. */
  readonly speed: number;
  /** GPUs of each of the two fabrics. */
  readonly fabricGpus: number;
  /** How much of all GPUs the owner uses; left out: half. */
  readonly ownersShare?: number;
  /** How long the right to write lasts without a word. */
  readonly ttlMs: number;
}

const BEGINNING = epochMs(Date.UTC(2026, 10, 2));
const STEP = durationMs(10 * MINUTE_MS);
const DAYS = 21;
const CANNOT_WRITE = 3;
const FABRICS = ["a100-1", "a100-2"];

const task = JSON.parse(process.argv[2] ?? "") as Task;
const store = await openStore(task);
const clock = new FastClock(task.speed, BEGINNING);
const journal = await openJournal({ store, clock, ids: randomIds, wait: (time) => pause(time) });
void repeat(task.ttlMs / 5, () => journal.renew());
clock.catchUp(journal.durable.state.market.now);
await found(journal, {
  owner: { name: "The lab", email: "operator@lab.example" },
  key: { hash: hashKey(task.ownerKey), hint: hintOf(task.ownerKey) },
  pools: [pool()],
});
const service = new Service(
  journal,
  { clock, ids: randomIds, clusters: [cluster()], warn: complain },
  STEP,
);
const api = createApi({
  journal,
  store,
  service,
  clock,
  ids: randomIds,
  newKey: newApiKey,
  version: "test",
  requestsPerMinute: 10_000_000,
  logFault: (fault) => complain("a request has failed", fault),
});
const server = createServer(getRequestListener(api.fetch));
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
void repeat(STEP / task.speed, () => service.tick());
void repeat(MINUTE_MS / task.speed, () => service.minute());

function warn(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

async function openJournal(ports: JournalPorts): Promise<Journal> {
  const snapshots = { program: "test", every: 500, atClose: 1_000, warn };
  const options = { writer: `process ${process.pid}`, ttl: durationMs(task.ttlMs), snapshots };
  for (;;) {
    const opened = await Journal.open(ports, options);
    if (opened !== "held_by_another") return opened;
    await pause(50);
  }
}

function pool() {
  const fabrics = FABRICS.map((id) => ({ id, gpus: gpus(task.fabricGpus) }));
  const config = { id: "a100", sku: "A100-80G", site: "lab", fabrics };
  return { config, policy: benchmarkLike(), price: microUsdPerGpuHour(2_000_000n) };
}

function cluster() {
  const steps = (DAYS * DAY_MS) / STEP;
  const all = FABRICS.length * task.fabricGpus;
  const used = Math.floor(all * (task.ownersShare ?? 0.5));
  const demand = Int32Array.from({ length: steps }, (_, at) => used - (at % 3));
  const total = new Int32Array(steps).fill(all);
  const outage = new Uint8Array(steps);
  const trace = {
    name: "half",
    start: BEGINNING,
    step: STEP,
    demand,
    total,
    outage,
    skippedRows: 0,
  };
  const { lot } = benchmarkLike();
  return simulatedCluster({
    pool: "a100",
    trace,
    calendar: [],
    origin: BEGINNING,
    fabrics: FABRICS,
    lot,
  });
}

async function repeat(ms: number, work: () => Promise<void>): Promise<void> {
  for (;;) {
    // What fails is tried again at the next turn; a journal that has stopped does not come back.
    await work().catch(() => {});
    if (journal.stopped !== null) {
      complain("can no longer write", journal.stopped);
      process.exit(CANNOT_WRITE);
    }
    await pause(Math.max(20, ms));
  }
}

function complain(sentence: string, details: unknown): void {
  // Faults of a store that was just killed are what is tried here; bugs are not.
  const text = details instanceof Error ? `${details.stack} ${String(details.cause)}` : "";
  console.error(`${process.pid}: ${sentence} ${text || JSON.stringify(details)}`);
}
