import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../src/demo/random.ts";
import { chance, randomFrom } from "../../../src/demo/random.ts";
import { durationMs, MINUTE_MS } from "../../../src/units.ts";
import { oneOf } from "../../../sim/draw.ts";
import type { AnswerCheck, Wire } from "./answers.ts";
import { answerCheck } from "./answers.ts";
import type { Caller, Cast } from "./cast.ts";
import { assemble, ATTACKER, CANARY, VICTIM } from "./cast.ts";
import type { Operation } from "./operations.ts";
import { readOperations } from "./operations.ts";
import type { Sent } from "./requests.ts";
import { placeOf, requestFor, strayRequest } from "./requests.ts";
import type { Known } from "./values.ts";
import { enrich } from "./victim.ts";

/** What came of the requests: by operation and status how many, and what must not be. */
export interface Tally {
  readonly answers: Map<string, number>;
  readonly violations: Set<string>;
}

const CANARIES = new RegExp(`[\\w.-]*${CANARY}[\\w.-]*`, "g");
const STEP = durationMs(10 * MINUTE_MS);
const MESS = [0, 0.02, 0.1, 0.4];
const MOST_IDS = 50;
const STEP_CHANCE = 0.003;

/** What the API describes, and how answers are held against it. */
export interface Description {
  readonly operations: readonly Operation[];
  readonly check: AnswerCheck;
}

export async function readDescription(): Promise<Description> {
  const { api } = await assemble();
  const operations = await readOperations(api);
  return { operations, check: answerCheck(operations) };
}

export interface Campaign {
  readonly seed: number;
  readonly requests: number;
  /** Called before each request. */
  readonly sending?: () => void;
}

/** Sends so many requests to a fresh market. The same seed sends the same. */
export async function campaign(
  { operations, check }: Description,
  { seed, requests, sending }: Campaign,
  tally: Tally,
): Promise<void> {
  const random = randomFrom(`fuzz ${seed}`);
  const cast = await assemble();
  const belongings = await enrich(cast);
  const ids = new Map([...belongings.ids].map(([place, id]) => [place, [id]]));
  const told = new Set(belongings.offered);
  for (let sent = 0; sent < requests; sent++) {
    sending?.();
    if (chance(random, STEP_CHANCE)) {
      await cast.world.pass(STEP);
      await cast.world.context.service.delivering.look();
    }
    const known = knownNow(cast, random, ids);
    const request = chance(random, 0.02)
      ? strayRequest(known, operations)
      : requestFor(known, oneOf(random, operations));
    const caller = someone(cast, random);
    const wire = await send(cast, caller, request);
    const fault =
      loggedFault(cast) ?? check(request.operation, wire) ?? trespass(caller, request, wire, told);
    if (fault !== null) tally.violations.add(sentence(seed, sent, caller, request, fault));
    count1(tally, request.operation, wire);
    if (wire.status < 300 && caller !== cast.victim) tell(told, request);
    if (request.operation !== null) learn(ids, placeOf(request.operation), wire);
  }
}

/** Mostly those who may do something. */
function someone({ victim, callers }: Cast, random: Random): Caller {
  if (chance(random, 0.1)) return victim;
  const isLive = chance(random, 0.9);
  return oneOf(
    random,
    callers.filter((each) => each.isLive === isLive),
  );
}

function knownNow({ world }: Cast, random: Random, ids: Known["ids"]): Known {
  return {
    random,
    now: () => world.context.clock.now(),
    accounts: [ATTACKER, VICTIM, "owner", "acme", "neo"],
    ids,
    mess: oneOf(random, MESS),
  };
}

/** Streams are read as far as they have come. */
export async function send({ api }: Cast, caller: Caller, sent: Sent): Promise<Wire> {
  const { method, path, headers, body } = sent;
  const key = caller.key === null ? {} : { Authorization: `Bearer ${caller.key}` };
  const response = await api.request(path, {
    method,
    headers: { ...headers, ...key },
    ...(body === null ? {} : { body }),
  });
  const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream") === true;
  const text = isStream ? await untilQuiet(response) : await response.text();
  return { status: response.status, headers: response.headers, text };
}

const QUIET_MS = 5;
const MOST_CHUNKS = 1_000;

/** What a stream tells until it has nothing more, which its heartbeat would say only much later. */
async function untilQuiet({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return "";
  let text = "";
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const read = await Promise.race([reader.read(), pause(QUIET_MS, null)]);
    if (read === null || read.done) break;
    text += read.value;
  }
  await reader.cancel();
  return text;
}

/** @returns what was answered to somebody whom it should not have been; null: nothing */
function trespass(
  caller: Caller,
  { operation, method, path, body }: Sent,
  wire: Wire,
  told: ReadonlySet<string>,
): string | null {
  if (!caller.isLive && operation !== null && wire.status < 400) return "needs no live key";
  if (caller.mayReadAll || caller.name === "victim") return null;
  if (caller.actsForAll && method !== "GET" && wire.status === 200) return null;
  const leaked = leakOf(wire, `${path} ${decoded(path)} ${body ?? ""} ${[...told].join(" ")}`);
  return leaked === null
    ? null
    : `shows ${leaked}, which is the victim's: ${wire.text.slice(0, 600)}`;
}

/** What somebody wrote down who knew it may be read where it was written: the owner's reason for a credit, say. */
function tell(told: Set<string>, { body }: Sent): void {
  for (const [name] of body?.matchAll(CANARIES) ?? []) told.add(name);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What of the victim's stands in an answer and did not stand in the request. */
export function leakOf({ text, headers }: Wire, asked: string): string | null {
  const shown = `${text} ${JSON.stringify([...headers])}`;
  const found = shown.match(CANARIES) ?? [];
  return found.find((each) => !asked.includes(each)) ?? null;
}

function loggedFault({ faults }: Cast): string | null {
  const fault = faults.splice(0)[0];
  if (fault === undefined) return null;
  return fault instanceof Error ? (fault.stack ?? fault.message) : JSON.stringify(fault);
}

function sentence(seed: number, sent: number, { name }: Caller, request: Sent, fault: string) {
  const { method, path, body } = request;
  const asked = `${method} ${path.slice(0, 300)} ${body?.slice(0, 500) ?? ""}`;
  return `seed ${seed}, request ${sent}, as ${name}: ${asked}\n  ${fault}`;
}

function count1({ answers }: Tally, operation: Operation | null, { status }: Wire): void {
  const name = `${operation?.id ?? "stray"} ${status}`;
  answers.set(name, (answers.get(name) ?? 0) + 1);
}

/** Ids that the API gives are asked for again. */
function learn(known: Map<string, string[]>, place: string, { text, status }: Wire): void {
  if (status !== 200) return;
  for (const [, kind, id] of text.matchAll(
    /"(id|number|contracts|contract)":\[?"([\w.-]{1,128})"/g,
  )) {
    const where = kind === "id" || kind === "number" ? place : "contracts";
    const ids = known.get(where) ?? [];
    known.set(where, ids);
    if (id === undefined || ids.includes(id)) continue;
    if (ids.length < MOST_IDS) ids.push(id);
    else ids[text.length % MOST_IDS] = id;
  }
}
