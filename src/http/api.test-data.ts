import { benchmarkLike } from "../backtest/policy.test-data.ts";
import { simulatedCluster } from "../clusters/simulated/cluster.ts";
import {
  HOUR_MS,
  DAY_MS,
  durationMs,
  epochMs,
  gpus,
  later,
  microUsdPerGpuHour,
  ppm,
} from "../units.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import type { Cluster } from "../ports.ts";
import { Journal } from "../journal/journal.ts";
import { Service } from "../service/service.ts";
import { found } from "../service/found.ts";
import { memoryStore } from "../store/memory.ts";
import { parseMoney } from "../wire/money.ts";
import { scopesOf } from "../accounts/roles.ts";
import { createApi } from "./api.ts";
import { hashKey, hintOf, newApiKey } from "./api-key.ts";
import type { Api, ApiContext } from "./context.ts";

const STEP = durationMs(HOUR_MS / 6);
const BEGINNING = epochMs(Date.UTC(2026, 10, 2));

/** An installation in memory: one pool of 512 GPUs of which the owner uses half, day in, day out. */
export interface World {
  readonly api: Api;
  readonly context: ApiContext;
  readonly ownerKey: string;
  /** The pool's clock is moved on, and its cluster read at each step. */
  pass(duration: DurationMs): Promise<void>;
  /** A request as somebody; the body's type is whatever the test expects. */
  as(
    key: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** A prepaid buyer with credit and a trader's key. */
  buyer(id: string, dollars: string): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look at whatever they expect to be there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** GPUs by hour: half of them, and a few more by day. */
function trace() {
  const days = 21;
  const steps = (days * DAY_MS) / STEP;
  const demand = Int32Array.from({ length: steps }, (_, i) => 240 + 16 * (Math.floor(i / 6) % 3));
  const total = new Int32Array(steps).fill(512);
  const outage = new Uint8Array(steps);
  return { name: "half", start: BEGINNING, step: STEP, demand, total, outage, skippedRows: 0 };
}

const wait = (): Promise<void> => Promise.resolve();

function warn(sentence: string, details: unknown): void {
  throw new Error(sentence, { cause: details });
}

/**
 * @param special what this world's API has that others have not
 * @param real what its cluster has beyond a simulated one
 */
export async function testWorld(
  special: Partial<ApiContext> = {},
  real: Pick<Cluster, "delivery" | "jobs"> & { readonly warn?: typeof warn } = {},
): Promise<World> {
  let now: EpochMs = BEGINNING;
  const clock = { now: () => now };
  let count = 0;
  const ids = { next: (prefix: string) => `${prefix}_${++count}` };
  const store = memoryStore(() => now);
  const journal = await Journal.open(
    { store, clock, ids, wait },
    { writer: "test", ttl: durationMs(365 * DAY_MS) },
  );
  if (journal === "held_by_another") throw new Error("bug: a fresh store has no writer");
  const fabrics = ["a100-1", "a100-2"];
  const cluster = simulatedCluster({
    pool: "a100",
    trace: trace(),
    calendar: [],
    origin: BEGINNING,
    fabrics,
    lot: gpus(8),
  });
  const clusters = [{ ...cluster, ...real }];
  const service = new Service(journal, { clock, ids, clusters, warn, ...real }, STEP);
  const ownerKey = newApiKey();
  await found(journal, {
    owner: { name: "The lab", email: "operator@lab.example" },
    key: { hash: hashKey(ownerKey), hint: hintOf(ownerKey) },
    pools: [
      {
        config: {
          id: "a100",
          sku: "A100-80G",
          site: "lab",
          fabrics: fabrics.map((id) => ({ id, gpus: gpus(256) })),
        },
        policy: benchmarkLike(),
        price: microUsdPerGpuHour(2_000_000n),
      },
    ],
  });
  const faults: unknown[] = [];
  const context: ApiContext = {
    journal,
    store,
    service,
    clock,
    ids,
    newKey: newApiKey,
    version: "test",
    requestsPerMinute: 1_000_000,
    logFault: (fault) => faults.push(fault),
    ...special,
  };
  const api = createApi(context);
  const as: World["as"] = async (key, method, path, body, headers = {}) => {
    const response = await api.request(path, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const fault = faults.pop();
    if (fault !== undefined) throw new Error("the API had a fault", { cause: fault });
    const text = await response.text();
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json") === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    };
  };
  return {
    api,
    context,
    ownerKey,
    as,
    pass: async (duration) => {
      const until = later(now, duration);
      while (now < until) {
        now = later(now, STEP);
        await service.tick();
      }
    },
    buyer: (id, dollars) => buyer({ context }, id, dollars),
  };
}

/** Made on the journal itself, so that tests of one route do not need the others. */
async function buyer({ context }: { context: ApiContext }, id: string, dollars: string) {
  const key = newApiKey();
  const micros = parseMoney(dollars);
  if (micros === null) throw new Error(`not an amount: ${dollars}`);
  await context.journal.submit((desk) => {
    const created = desk.state.market.now;
    const contact = { name: id, email: `${id}@example.com` };
    const account = { id, ...contact, status: "active", payment: { kind: "prepaid" } } as const;
    const member = { id: `mem_${id}`, account: id, ...contact, role: "buyer_admin" } as const;
    const apiKey = {
      id: `key_${id}`,
      account: id,
      member: member.id,
      name: "test",
      hash: hashKey(key),
      hint: hintOf(key),
      scopes: scopesOf("buyer_admin"),
      created,
      expires: null,
      revoked: null,
    };
    const rules = { taxRate: ppm(0), maxGpus: null, skus: null, accepted: null, created };
    const paid = { account: id, amount: micros, means: "manual", reference: `paid-${id}` };
    return (
      desk.do({ type: "create_account", account: { ...account, ...rules } }) ??
      desk.do({ type: "add_member", member }) ??
      desk.do({ type: "create_key", key: apiKey }) ??
      desk.do({ type: "deposit", ...paid })
    );
  });
  return key;
}
