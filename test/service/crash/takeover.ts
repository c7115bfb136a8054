import { setTimeout as pause } from "node:timers/promises";
import { newApiKey } from "../../../src/http/api-key.ts";
import type { Served } from "../server/served.ts";
import { serve } from "../server/served.ts";
import type { Task } from "../server/serve.ts";
import { gather } from "./gather.ts";
import { Line } from "./line.ts";
import { answersOf, unlikeRemembered } from "./totals.ts";

export interface Takeovers {
  readonly databaseUrl: string;
  readonly rounds: number;
  /** How long a writer is stopped: longer than its right to write lasts. */
  readonly stoppedMs: number;
  readonly ttlMs: number;
  readonly seed: number;
}

export interface TakeoverOutcome {
  readonly wrong: readonly string[];
  readonly answers: number;
  readonly lost: number;
  /** Writers that were woken, found that another had taken over, and ended. */
  readonly fenced: number;
}

const CUSTOMERS = 4;
const LOAD_MS = 1_000;
const ENDS_WITHIN_MS = 20_000;

/**
 * Two processes want to write. The one that does is stopped in the midst of it and woken once the other has taken over:
 * it must write nothing more and end, and what it was asked is asked of the other.
 */
export async function tryTakeovers(tried: Takeovers): Promise<TakeoverOutcome> {
  const ownerKey = newApiKey();
  const { databaseUrl, ttlMs, seed } = tried;
  const task: Task = { databaseUrl, dataDir: "", ttlMs, ownerKey, speed: 120, fabricGpus: 256 };
  const line = new Line();
  let writer = await serve(task);
  line.url = writer.url;
  const customers = await gather(line, ownerKey, { count: CUSTOMERS, seed });
  const wrong: string[] = [];
  let fenced = 0;
  for (let round = 0; round < tried.rounds; round++) {
    let isOver = false;
    const living = Promise.all(customers.map((each) => each.live(() => isOver)));
    const heir = serve(task);
    await pause(LOAD_MS);
    const before = writer;
    before.kill("SIGSTOP");
    const [next] = await Promise.all([heir, pause(tried.stoppedMs)]);
    line.url = next.url;
    await pause(LOAD_MS);
    before.kill("SIGCONT");
    if (await endsFenced(before)) fenced += 1;
    else wrong.push(`a writer that was woken lives on, or said: ${before.said()}`);
    isOver = true;
    await living;
    writer = next;
  }
  wrong.push(...(await unlikeRemembered(line, ownerKey, customers)));
  writer.kill("SIGKILL");
  await writer.ended;
  return { wrong, answers: answersOf(customers), lost: line.lost, fenced };
}

/** Woken in the midst of a question to the store, it finds first that no answer has come in time. */
const ENDINGS = ["another writer has taken over", "the store does not answer"];

async function endsFenced(served: Served): Promise<boolean> {
  const late = pause(ENDS_WITHIN_MS, "late", { ref: false });
  const ended = await Promise.race([served.ended.then(() => "ended"), late]);
  return ended === "ended" && ENDINGS.some((each) => served.said().includes(each));
}
