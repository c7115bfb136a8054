/** Lives a share of the seeds in a thread of its own, and tells of each. */
import { parentPort, workerData } from "node:worker_threads";
import type { SeedReport, WorkerTask } from "./report.ts";
import { reportOf } from "./report.ts";
import { runSeed } from "./seed.ts";
import { startStores } from "./stores.ts";

/** One seed in so many is lived twice, and must come out the same. */
const TWICE_EVERY = 100;

async function work({ first, last, stride, commands, store }: WorkerTask): Promise<void> {
  const stores = await startStores(store);
  const openStore = stores.open;
  for (let seed = first; seed <= last; seed += stride) {
    const outcome = await runSeed({ seed, commands, openStore });
    const isTwice = seed % TWICE_EVERY === 0 && outcome.failure === null;
    const again = isTwice ? await runSeed({ seed, commands, openStore }) : outcome;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(reportOf(outcome, again) satisfies SeedReport);
  }
  await stores.stop();
}

await work(workerData as WorkerTask);
