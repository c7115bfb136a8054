import type { Random } from "../../../src/demo/random.ts";
import { randomFrom } from "../../../src/demo/random.ts";
import { newApiKey } from "../../../src/http/api-key.ts";
import { HOUR_MS } from "../../../src/units.ts";
import { formatTime, parseTime } from "../../../src/wire/time.ts";
import { anyOf, oneOf, weighted, whole } from "../../../sim/draw.ts";
import { openAccounts } from "../crash/gather.ts";
import { Line } from "../crash/line.ts";
import type { Task } from "../server/serve.ts";
import { serve } from "../server/served.ts";
import { oversold } from "./oversold.ts";
import type { Sold } from "./oversold.ts";

export interface Race {
  readonly databaseUrl: string;
  readonly ms: number;
  readonly seed: number;
  /** Another program than the one that is true. */
  readonly program?: string;
}

export interface Raced {
  /** Where more was held than there is. */
  readonly oversold: readonly string[];
  /** By what was asked and the answer's status. */
  readonly answers: ReadonlyMap<string, number>;
  readonly contracts: number;
}

const CLIENTS = 32;
const FABRIC_GPUS = 64;
const HOURS = 6;

/** Many clients race for a few lots in the same six hours, put them up for resale and give them back. */
export async function race({ databaseUrl, ms, seed, program }: Race): Promise<Raced> {
  const ownerKey = newApiKey();
  const task: Task = {
    databaseUrl,
    dataDir: "",
    ttlMs: 10_000,
    ownerKey,
    speed: 60,
    fabricGpus: FABRIC_GPUS,
    ownersShare: 0.1,
  };
  const served = await serve(task, program);
  const line = new Line();
  line.url = served.url;
  const accounts = await openAccounts(line, ownerKey, CLIENTS);
  const answers = new Map<string, number>();
  const end = performance.now() + ms;
  const first = await firstHour(line, ownerKey);
  await Promise.all(
    accounts.map(async ({ account, key }) => {
      const racer = { line, key, first, contracts: new Set<string>(), answers };
      const random = randomFrom(`racer ${account} ${seed}`);
      while (performance.now() < end) await act(racer, random);
    }),
  );
  const contracts = await readSold(line, ownerKey);
  served.kill("SIGKILL");
  await served.ended;
  return { oversold: oversold(contracts, FABRIC_GPUS), answers, contracts: contracts.length };
}

interface Racer {
  readonly line: Line;
  readonly key: string;
  /** Start of the hours that all want. */
  readonly first: number;
  readonly contracts: Set<string>;
  readonly answers: Map<string, number>;
}

async function firstHour(line: Line, key: string): Promise<number> {
  const { text } = await line.insist({ method: "GET", path: "/v1/book/A100-80G?hours=1", key });
  const { at } = JSON.parse(text) as { readonly at: string };
  return Math.ceil((parseTime(at) ?? 0) / HOUR_MS) * HOUR_MS + HOUR_MS;
}

interface Deed {
  readonly name: "buy" | "sell" | "cancel";
  readonly path: string;
  readonly body: unknown;
}

async function act(racer: Racer, random: Random): Promise<void> {
  const contract = anyOf(random, racer.contracts);
  const own = contract === null ? 0 : 2;
  const { name, path, body } = weighted<() => Deed>(random, [
    [6, () => ({ name: "buy", path: "/v1/orders", body: purchase(racer, random) })],
    [own, () => ({ name: "sell", path: "/v1/orders", body: resale(racer, random, contract) })],
    [own, () => ({ name: "cancel", path: `/v1/contracts/${contract}/cancel`, body: null })],
  ])();
  const { line, key, answers } = racer;
  const { status, text } = await line.insist({ method: "POST", path, key, body });
  answers.set(`${name} ${status}`, (answers.get(`${name} ${status}`) ?? 0) + 1);
  if (name === "cancel") racer.contracts.delete(contract ?? "");
  if (name !== "buy" || status !== 200) return;
  const made = JSON.parse(text) as { readonly contracts: readonly string[] };
  for (const each of made.contracts) racer.contracts.add(each);
}

function purchase({ first }: Racer, random: Random) {
  return {
    sku: "A100-80G",
    gpus: 8 * whole(random, 1, 3),
    ...hours(first, random),
    limit_price: "9.00",
    fabric: oneOf(random, ["one", "any"]),
    fill: oneOf(random, ["partial", "all-or-none"]),
  };
}

function resale({ first }: Racer, random: Random, contract: string | null) {
  const expires = formatTime((first + HOURS * HOUR_MS) as Parameters<typeof formatTime>[0]);
  const sold = { sku: "A100-80G", gpus: 8, ...hours(first, random), limit_price: "1.00", expires };
  return { ...sold, side: "sell", contract };
}

function hours(first: number, random: Random) {
  const start = whole(random, 0, HOURS - 1);
  const at = (first + start * HOUR_MS) as Parameters<typeof formatTime>[0];
  return { start: formatTime(at), duration: `${whole(random, 1, Math.min(3, HOURS - start))}h` };
}

async function readSold(line: Line, key: string): Promise<readonly Sold[]> {
  const all: Sold[] = [];
  for (let cursor = ""; ;) {
    const path = `/v1/contracts?limit=200${cursor}`;
    const { text } = await line.insist({ method: "GET", path, key });
    const page = JSON.parse(text) as {
      readonly data: readonly Sold[];
      readonly next_cursor: string | null;
    };
    all.push(...page.data);
    if (page.next_cursor === null) return all;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}
