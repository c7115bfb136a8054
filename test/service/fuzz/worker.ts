/**
 * Sends random requests in a process of its own, so that its memory can be looked at, and prints what came of them as
 * JSON. By hand: node --expose-gc test/service/fuzz/worker.ts '{"seed": 7, "campaigns": 1, "requests": 3000}'
 */
import { campaign, readDescription } from "./campaign.ts";
import type { Tally } from "./campaign.ts";

export interface WorkerTask {
  readonly seed: number;
  /** Each is a market of its own. */
  readonly campaigns: number;
  readonly requests: number;
  /** Only these methods; left out: all. */
  readonly methods?: readonly string[];
}

/** In bytes, after garbage was collected. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
}

export interface WorkerReport {
  readonly answers: readonly (readonly [string, number])[];
  readonly violations: readonly string[];
  /** After a fifth of the work, and after all of it. */
  readonly early: Memory;
  readonly late: Memory;
}

function memory(): Memory {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("run node with --expose-gc");
  // Twice: what the first one finalises, the second one frees.
  gc();
  gc();
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  return { resident, heap };
}

async function work({ seed, campaigns, requests, methods }: WorkerTask): Promise<WorkerReport> {
  const described = await readDescription();
  const { operations } = described;
  const asked = operations.filter(({ method }) => methods?.includes(method) ?? true);
  const tally: Tally = { answers: new Map(), violations: new Set() };
  const marks: Memory[] = [];
  const fifth = Math.ceil((campaigns * requests) / 5);
  let sent = 0;
  const sending = (): void => {
    sent += 1;
    if (sent === fifth || sent === campaigns * requests) marks.push(memory());
  };
  for (let each = seed; each < seed + campaigns; each++) {
    await campaign({ ...described, operations: asked }, { seed: each, requests, sending }, tally);
  }
  const [early, late] = marks;
  if (early === undefined || late === undefined) throw new Error("bug: the work has two ends");
  return { answers: [...tally.answers], violations: [...tally.violations], early, late };
}

const report = await work(JSON.parse(process.argv[2] ?? "") as WorkerTask);
console.log(JSON.stringify(report));
