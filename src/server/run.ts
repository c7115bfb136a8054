/**
 * One process of Spillway: store, journal, service and API.
 *
 * States: waiting (another process writes) → running → stopping. A process that is fenced off stops with a fault, and
 * whoever watches over it starts it anew; it then waits its turn.
 */
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { ClusterPlan } from "../clusters/slurm/cluster-file.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { createApi } from "../http/api.ts";
import { hashKey, hintOf, newApiKey } from "../http/api-key.ts";
import { Narrator } from "../journal/narrator.ts";
import { RecentEvents } from "../journal/recent.ts";
import type { JournalPorts } from "../journal/journal.ts";
import { Journal } from "../journal/journal.ts";
import type { SnapshotOptions } from "../journal/snapshots.ts";
import type { PoolConfig } from "../market/state.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import type { Policy } from "../policy/policy.ts";
import type { Store } from "../ports.ts";
import { found, isFounded } from "../service/found.ts";
import { issueDueInvoices } from "../service/invoicing.ts";
import { Service } from "../service/service.ts";
import { solveInWorker } from "../service/solve-in-worker.ts";
import type { EpochMs } from "../units.ts";
import { durationMs, floorTo, HOUR_MS, MINUTE_MS } from "../units.ts";
import { Courier } from "../webhooks/courier.ts";
import { post } from "../webhooks/post.ts";
import { FastClock, realClock, untilNext } from "./clock.ts";
import { demoSite } from "./demo.ts";
import { policiesPassedOver } from "./founded-otherwise.ts";
import type { Front, FrontOptions } from "./front.ts";
import { openFront } from "./front.ts";
import { randomIds } from "./ids.ts";
import { installationOf } from "./installation.ts";
import type { Log } from "./log.ts";
import { logRequest } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { openStore } from "./open-store.ts";
import type { StoreOptions } from "./open-store.ts";
import { programOf } from "./program.ts";
import type { Site } from "./site.ts";
import { policyOf as slurmPolicyOf, slurmSite } from "./slurm-site.ts";
import { timedStore } from "./timed-store.ts";

export interface RunOptions extends StoreOptions, FrontOptions {
  /** A proxy in front says in X-Forwarded-For who is asking. */
  readonly behindProxy?: boolean;
  /** Times as fast as the clock outside. */
  readonly speed: number;
  readonly seed: number;
  readonly policy: Policy;
  /** What is sold from; null: a simulated site. */
  readonly clusters?: readonly ClusterPlan[] | null;
  /** Real clusters are looked at, and nothing is done to them. */
  readonly isDryRun?: boolean;
  readonly requestsPerMinute: number;
  /** Events from one snapshot of the state to the next. */
  readonly snapshotEvery: number;
  /** Where customers pay in by themselves; null: they pay the owner, who books it. */
  readonly payments?: ((installation: string) => PaymentProvider) | null;
  readonly version: string;
  readonly log: Log;
}

export interface Running {
  readonly url: string;
  /** The owner's first key, if this process has founded the installation: it is told this once. */
  readonly ownerKey: string | null;
  /** Settles when the process can no longer serve: fenced off, or its store is gone. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/** From one reading of simulated clusters to the next, on the service's clock. */
const SIMULATED_STEP = durationMs(10 * MINUTE_MS);
/** Of real ones: the shortest notices are of minutes. */
const REAL_STEP = MINUTE_MS;
const TTL = durationMs(10_000);
/** From one look at the clusters' nodes to the next, outside; and how long before nodes are given back it begins. */
const LOOK_EVERY_MS = 2_000;
const LOOK_BEFORE_MS = 1_500;
const RENEW_EVERY_MS = 2_000;
const TELL_EVERY_MS = 1_000;
const WAIT_FOR_TURN_MS = 1_000;
/** Fewer are replayed in no time: their snapshot is not worth its writing when the process stops. */
const SNAPSHOT_AT_CLOSE = 1_000;

export async function run(options: RunOptions): Promise<Running> {
  const front = await openFront(options);
  try {
    return await runBehind(front, options);
  } catch (fault) {
    await front.drain();
    throw fault;
  }
}

async function runBehind(front: Front, options: RunOptions): Promise<Running> {
  const store = await openStore(options);
  try {
    return await runOn(store, front, options);
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

async function runOn(opened: Store, front: Front, options: RunOptions): Promise<Running> {
  const metrics = openMetrics(options.version);
  const store = timedStore(opened, metrics.commit);
  const { log, speed, isDryRun = false } = options;
  const plans = options.clusters ?? null;
  const step = plans === null ? SIMULATED_STEP : REAL_STEP;
  const start = plans === null ? floorTo(realClock.now(), HOUR_MS) : realClock.now();
  const clock = new FastClock(speed, start);
  const ports: JournalPorts = { store, clock, ids: randomIds, wait: (time) => pause(time) };
  const warn = (sentence: string, details: object): void => log.warn(details, sentence);
  const tell = (sentence: string, details: object): void => log.info(details, sentence);
  const journal = await openJournal(ports, log, {
    program: programOf(options.version),
    every: options.snapshotEvery,
    atClose: SNAPSHOT_AT_CLOSE,
    warn,
  });
  clock.catchUp(journal.durable.state.market.now);
  const [first] = await store.entriesAfter(0, 1);
  const { state } = journal.durable;
  const site =
    plans === null
      ? simulatedSite(state, options, first?.at ?? clock.now())
      : await slurmSite(plans, {
          ...options,
          step,
          clock,
          isDryRun,
          warn,
          opened: (pool) => openedIn(state, pool),
        });
  if (plans !== null && isDryRun) {
    warn("a dry run: contracts are sold, and nothing is done to bring them onto their nodes", {});
  }
  const ownerKey = await foundOnce(journal, site.pools);
  const passedOver = policiesPassedOver(state, policyWanted(options));
  if (passedOver !== null) log.warn({}, passedOver);
  const service = new Service(
    journal,
    { clock, ids: randomIds, clusters: site.clusters, warn, tell, solveAuction: solveInWorker },
    step,
  );
  const { webhooks } = store;
  const narrator = new Narrator(store, new RecentEvents(journal));
  const after: Narrator["after"] = (sequence, limit) => narrator.after(sequence, limit);
  // Whoever is called lives by the clock outside, however fast the market's goes.
  const courier = new Courier({
    webhooks,
    after,
    post: (address, body, headers, signal) => post(address, body, headers, { signal }),
    clock: realClock,
    warn,
  });
  metrics.follow({ journal, service, store });
  const payments = options.payments?.(installationOf(state));
  const stopping = new AbortController();
  const api = createApi({
    journal,
    store,
    service,
    clock,
    ids: randomIds,
    newKey: newApiKey,
    version: options.version,
    requestsPerMinute: options.requestsPerMinute,
    behindProxy: options.behindProxy === true,
    ...(payments ? { payments } : {}),
    stopping: stopping.signal,
    metrics: metrics.text,
    told: (request) => {
      metrics.request(request);
      logRequest(log, request);
    },
    logFault: (fault, requestId) => log.error({ err: fault, requestId }, "a request has failed"),
  });
  const listener = getRequestListener(api.fetch);
  front.open((request, response) => void listener(request, response));
  const invoice = async (): Promise<void> => {
    const refused = await issueDueInvoices(store, journal);
    if (refused.length > 0) log.warn({ refused }, "invoices were refused");
  };
  const lease = keepAlive(journal, log, [[RENEW_EVERY_MS, () => journal.renew()]]);
  const life = keepAlive(journal, log, [
    [step / speed, () => service.tick()],
    [() => untilNext(clock.now(), MINUTE_MS, speed), () => service.minute()],
    [() => untilLook(service.delivering.due, clock.now(), speed), () => service.delivering.look()],
    [HOUR_MS / speed, invoice],
    [TELL_EVERY_MS, () => courier.begin()],
  ]);
  const stop = async (): Promise<void> => {
    stopping.abort();
    life.end();
    await Promise.all([front.drain(), courier.stop(), life.ended]);
    await journal.close();
    lease.end();
    await lease.ended;
    await store.close();
  };
  const failed = Promise.race([lease.failed, life.failed]);
  return { url: front.url, ownerKey, failed, stop };
}

function simulatedSite(state: ExchangeState, { policy, seed }: RunOptions, origin: EpochMs): Site {
  const policyOf = (pool: string): Policy => state.market.pools.get(pool)?.policy ?? policy;
  return demoSite(policyOf, origin, SIMULATED_STEP, seed);
}

function openedIn({ market }: ExchangeState, pool: string): PoolConfig | null {
  return market.pools.get(pool)?.config ?? null;
}

/** What a pool would go by if it were opened now. */
function policyWanted({ clusters, policy }: RunOptions): (pool: string) => Policy {
  const sold = new Map(clusters?.flatMap(({ pools }) => pools.map((pool) => [pool.id, pool])));
  return (id) => {
    const pool = sold.get(id);
    return pool === undefined ? policy : slurmPolicyOf(pool, policy);
  };
}

/** A look that nodes are to be given back in begins shortly before it, so that they are in time. */
function untilLook(due: EpochMs | null, now: EpochMs, speed: number): number {
  const left = due === null ? Infinity : (due - now) / speed - LOOK_BEFORE_MS;
  return Math.min(LOOK_EVERY_MS, Math.max(0, left));
}

/** Waits until no other process writes. */
async function openJournal(
  ports: JournalPorts,
  log: Log,
  snapshots: SnapshotOptions,
): Promise<Journal> {
  const writer = `${hostname()}:${process.pid}`;
  for (let waited = false; ; waited = true) {
    const journal = await Journal.open(ports, { writer, ttl: TTL, snapshots });
    if (journal !== "held_by_another") return journal;
    if (!waited) log.info({ writer }, "another process writes: standing by to take over");
    await pause(WAIT_FOR_TURN_MS);
  }
}

async function foundOnce(journal: Journal, pools: Parameters<typeof found>[1]["pools"]) {
  const ownerKey = isFounded(journal) ? null : newApiKey();
  const secret = ownerKey ?? "";
  await found(journal, {
    owner: { name: "Owner", email: "owner@localhost" },
    key: { hash: hashKey(secret), hint: hintOf(secret) },
    pools,
  });
  return ownerKey;
}

/** What is done again and again, each so many milliseconds after it was done last; a function says it anew each time. */
type Chores = readonly (readonly [afterMs: number | (() => number), work: () => Promise<void>])[];

/** Reads the clusters, renews, invoices, and keeps the right to write in between. */
function keepAlive(journal: Journal, log: Log, chores: Chores) {
  const ending = new AbortController();
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const repeat = async (after: Chores[number][0], work: () => Promise<void>): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await work();
      } catch (fault) {
        log.error({ err: fault }, "the service has missed a step");
      }
      if (journal.stopped !== null) fail(journal.stopped);
      const ms = typeof after === "number" ? after : after();
      await pause(ms, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const ended = Promise.all(chores.map(([after, work]) => repeat(after, work)));
  return { failed, ended, end: () => ending.abort() };
}
