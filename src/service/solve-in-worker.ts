import { Worker } from "node:worker_threads";
import type { AuctionOutcome } from "../auction/outcome.ts";
import type { AuctionProblem } from "../exchange/auction-entrants.ts";
import type { SolveAuction } from "./auction-turn.ts";

/** Many times what the largest auction takes. */
const LONGEST_MS = 600_000;

/** In a thread of its own, so that requests are answered meanwhile, with all the effort that the auction deserves. */
export const solveInWorker: SolveAuction = (problem: AuctionProblem) =>
  new Promise<AuctionOutcome>((resolve, reject) => {
    const worker = new Worker(new URL("solving-thread.ts", import.meta.url), {
      workerData: problem,
    });
    worker.unref();
    const giveUp = setTimeout(() => {
      reject(new Error(`auction ${problem.sale.id} was not solved in time`));
      void worker.terminate();
    }, LONGEST_MS).unref();
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => {
      clearTimeout(giveUp);
      reject(new Error(`the thread that solves an auction has ended with ${code}`));
    });
  });
