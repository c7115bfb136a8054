import { cancelAs, refuseForeign } from "./end-jobs.ts";
import type { Notice } from "./market-jobs.ts";
import type { Place } from "./place.ts";
import type { SlurmJob } from "../seen.ts";
import type { Report } from "./report.ts";

/**
 * What a job's comment begins with that was started by Spillway's own batch script: that one takes SIGUSR2 for a notice,
 * and any other script would be ended by it.
 */
export const COMMENT_MARK = "spillway";

/** The comment of a job that has been told: its script reads the rest as JSON. */
function commentOf({ recall, due }: Notice, isWithdrawn: boolean): string {
  const withdrawn = isWithdrawn ? { withdrawn: true } : {};
  const told = { recall, due: new Date(due).toISOString(), ...withdrawn };
  return `${COMMENT_MARK} ${JSON.stringify(told)}`;
}

/**
 * Tells running jobs of recalls that meet them, and of their withdrawal: what it is in the job's comment, and that it is
 * there by a signal. Who has been told of a recall is seen from the comments, so that it is told once, whoever dies.
 */
export class Notices {
  readonly #place: Place;
  /** What each job was told last, so that comments are not read again at each look. */
  readonly #told = new Map<string, Notice>();

  constructor(place: Place) {
    this.#place = place;
  }

  /**
   * @param jobs of the market, as they are seen now, but for those that are to end now
   * @param notices all that hold now
   * @throws SlurmFault
   */
  async look(jobs: readonly SlurmJob[], notices: readonly Notice[], report: Report): Promise<void> {
    const running = new Set(jobs.filter(({ state }) => state === "RUNNING").map(({ id }) => id));
    const met = new Set(notices.map(({ job }) => job.id));
    const untold = notices.filter((notice) => !isSame(this.#told.get(notice.job.id), notice));
    const withdrawn = [...this.#told.values()].filter(
      ({ job }) => running.has(job.id) && !met.has(job.id),
    );
    for (const id of this.#told.keys()) if (!running.has(id)) this.#told.delete(id);
    await this.#tell(untold, false, report);
    await this.#tell(withdrawn, true, report);
    for (const notice of untold) this.#told.set(notice.job.id, notice);
    for (const { job } of withdrawn) this.#told.delete(job.id);
  }

  async #tell(notices: readonly Notice[], isWithdrawn: boolean, report: Report): Promise<void> {
    if (notices.length === 0) return;
    const comments = await this.#comments(notices);
    await Promise.all(
      notices.map(async (notice) => {
        const comment = commentOf(notice, isWithdrawn);
        const before = comments.get(notice.job.id);
        if (!before?.startsWith(COMMENT_MARK) || before === comment) return;
        if (!(await this.#signal(notice.job, comment, report))) return;
        const { job, recall, due } = notice;
        const time = new Date(due).toISOString();
        const what = isWithdrawn ? "is withdrawn" : `is due ${time}`;
        report.done(`job ${job.id} of ${job.account} is told that recall ${recall} ${what}`);
      }),
    );
  }

  /** @returns whether it is there to be told */
  async #signal(job: SlurmJob, comment: string, report: Report): Promise<boolean> {
    refuseForeign(job);
    const words = ["update", `JobId=${job.id}`, `Comment=${comment}`];
    // It may end at any moment: then there is nobody to be told.
    const { code } = await this.#place.access.run("scontrol", words);
    if (code !== 0) return false;
    await cancelAs(this.#place, job.user, ["--batch", "--signal=USR2", job.id], report);
    return true;
  }

  async #comments(notices: readonly Notice[]): Promise<ReadonlyMap<string, string>> {
    const jobs = notices.map(({ job }) => job.id).join(",");
    const words = ["--noheader", "--jobs", jobs, "--format", "%A|%k"];
    // squeue fails where none of them is there any more, and then prints none.
    const { stdout } = await this.#place.access.run("squeue", words);
    return new Map(
      stdout.split("\n").map((line) => {
        const [job = "", ...comment] = line.split("|");
        return [job, comment.join("|")] as const;
      }),
    );
  }
}

function isSame(told: Notice | undefined, notice: Notice): boolean {
  return told?.recall === notice.recall && told.due === notice.due;
}
