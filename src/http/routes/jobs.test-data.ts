import type {
  Allotment,
  Delivery,
  Job,
  JobRefused,
  JobRequest,
  Jobs,
  JobsOf,
} from "../../ports.ts";
import { epochMs, gpus } from "../../units.ts";

/** Of a piece. */
const MOST_LOG = 5;

/** Jobs that only stand in a list. */
export class ListedJobs implements Jobs {
  readonly submitted: {
    readonly allotment: Allotment;
    readonly request: JobRequest;
    readonly key: string | null;
    readonly job: Job;
  }[] = [];
  answer: JobRefused | null = null;
  isUnseen = false;
  /** What a submission waits for. */
  gate: Promise<void> = Promise.resolve();
  /** What each job has written, in single bytes. */
  written = "";
  /** And will write at each look at its log; a job goes on for as long. */
  future: string[] = [];

  async submit(allotment: Allotment, request: JobRequest, key: string | null) {
    if (this.isUnseen) throw new Error("no answer");
    await this.gate;
    if (this.answer !== null) return this.answer;
    const job: Job = {
      id: String(this.submitted.length + 1),
      name: request.name,
      status: "waiting",
      waitsFor: "Resources",
      submitted: epochMs(Date.UTC(2026, 10, 2)),
      started: null,
      ended: null,
      exitCode: null,
      signal: null,
      gpus: gpus(16),
      nodes: [],
    };
    this.submitted.push({ allotment, request, key, job });
    return job;
  }

  async find(of: JobsOf, key: string) {
    return this.#of(of).find((each) => each.key === key)?.job ?? null;
  }

  async list(of: JobsOf) {
    return this.#of(of)
      .map(({ job }) => job)
      .toReversed();
  }

  async get(of: JobsOf, id: string) {
    const job = this.#of(of).find((each) => each.job.id === id)?.job ?? null;
    if (job === null || this.written + this.future.join("") === "") return job;
    return { ...job, status: this.future.length > 0 ? "running" : "completed" } as const;
  }

  async log(of: JobsOf, id: string, from: number | null) {
    if ((await this.get(of, id)) === null) return null;
    this.written += this.future.shift() ?? "";
    const size = this.written.length;
    const begin = from ?? Math.max(0, size - MOST_LOG);
    const text = this.written.slice(begin, begin + MOST_LOG);
    return this.answer ?? { from: begin, next: begin + text.length, size, text };
  }

  async cancel(of: JobsOf, id: string) {
    const job = await this.get(of, id);
    return job === null ? null : { ...job, status: "cancelled" as const };
  }

  #of({ contract, holder }: JobsOf) {
    return this.submitted.filter(
      ({ allotment }) => allotment.contract === contract && allotment.holder === holder,
    );
  }
}

const NOTHING_DONE = { deeds: [], faults: [], interruptions: [] };

/** Nodes of the test world that are free. */
export const delivery: Delivery = {
  look: async () =>
    Array.from({ length: 32 }, (_, i) => ({
      node: `n${i}`,
      fabric: `a100-${1 + (i % 2)}`,
      gpus: gpus(8),
      isUp: true,
      others: [],
      inUse: gpus(0),
    })),
  settle: async () => NOTHING_DONE,
};
