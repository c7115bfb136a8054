import { Worker } from "node:worker_threads";
import type { SeedReport, WorkerTask } from "./report.ts";

export interface Work extends Omit<WorkerTask, "first" | "stride"> {
  readonly from: number;
  readonly jobs: number;
}

/**
 * Lives the seeds on as many threads, each its share of them.
 *
 * @param hear told of each seed; `stop` ends all work at once
 * @throws where a thread itself fails
 */
export async function liveAll(
  { from, jobs, ...task }: Work,
  hear: (report: SeedReport) => "go_on" | "stop",
): Promise<void> {
  const workers = Array.from({ length: jobs }, (_, index) => {
    const workerData: WorkerTask = { ...task, first: from + index, stride: jobs };
    return new Worker(new URL("worker.ts", import.meta.url), { workerData });
  });
  const stop = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  await Promise.all(workers.map((worker) => finished(worker, hear, stop)));
}

function finished(
  worker: Worker,
  hear: (report: SeedReport) => "go_on" | "stop",
  stop: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", (report: SeedReport) => {
      if (hear(report) === "stop") stop();
    });
    worker.on("error", (fault) => {
      stop();
      reject(fault);
    });
    worker.on("exit", () => resolve());
  });
}
