import { ask } from "../access/ask.ts";
import { cancelAs, refuseForeign } from "./end-jobs.ts";
import type { Notice } from "./market-jobs.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";

/**
 * What a job's comment begins with that was started by Spillway's own batch script: that one takes SIGUSR2 for a notice,
 * and any other script would be ended by it.
 */
export const COMMENT_MARK = "spillway";

/** The comment of a job that has been told: its script reads the rest as JSON. */
function commentOf({ recall, due }: Notice): string {
  return `${COMMENT_MARK} ${JSON.stringify({ recall, due: new Date(due).toISOString() })}`;
}

/**
 * Tells running jobs of recalls that meet them: what it is in the job's comment, and that it is there by a signal. Who has
 * been told is seen from the comments alone, so that it is told once, whoever dies.
 */
export class Notices {
  readonly #place: Place;
  /** So that comments are not read again at each look. */
  readonly #told = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Those that may not have been told. */
  untold(notices: readonly Notice[]): readonly Notice[] {
    return notices.filter((notice) => !this.#told.has(keyOf(notice)));
  }

  /** @throws SlurmFault */
  async give(notices: readonly Notice[], report: Report): Promise<void> {
    if (notices.length === 0) return;
    const comments = await this.#comments(notices);
    await Promise.all(
      notices.map(async (notice) => {
        const comment = comments.get(notice.job.id);
        if (comment?.startsWith(COMMENT_MARK) && comment !== commentOf(notice)) {
          await this.#give(notice, report);
        }
        this.#told.add(keyOf(notice));
      }),
    );
  }

  async #give(notice: Notice, report: Report): Promise<void> {
    const { job, recall, due } = notice;
    refuseForeign(job);
    const words = ["update", `JobId=${job.id}`, `Comment=${commentOf(notice)}`];
    await ask(this.#place.access, "scontrol", words);
    await cancelAs(this.#place, job.user, ["--batch", "--signal=USR2", job.id], report);
    const time = new Date(due).toISOString();
    report.done(`job ${job.id} of ${job.account} is told of recall ${recall}, due ${time}`);
  }

  async #comments(notices: readonly Notice[]): Promise<ReadonlyMap<string, string>> {
    const jobs = notices.map(({ job }) => job.id).join(",");
    const words = ["--noheader", "--jobs", jobs, "--format", "%A|%k"];
    const text = await ask(this.#place.access, "squeue", words);
    return new Map(
      text.split("\n").map((line) => {
        const [job = "", ...comment] = line.split("|");
        return [job, comment.join("|")] as const;
      }),
    );
  }
}

function keyOf({ job, recall, due }: Notice): string {
  return `${job.id} ${recall} ${due}`;
}
