import type {
  Allotment,
  Job,
  JobLog,
  JobRefused,
  JobRequest,
  Jobs,
  JobsOf,
} from "../../../ports.ts";
import { durationMs, earlier, HOUR_MS } from "../../../units.ts";
import { ask, faultOfTool } from "../access/ask.ts";
import { accountOf, reservationOf } from "../delivery/names.ts";
import type { Place } from "../delivery/place.ts";
import { SlurmFault } from "../fault.ts";
import { remembered } from "../remembered.ts";
import type { SlurmJob } from "../seen.ts";
import { refuseNotBecome } from "./as-holder.ts";
import { homeOf } from "./home.ts";
import { readLog } from "./job-log.ts";
import { contractDigest, jobNameOf, requestDigest, slurmNameOf } from "./job-name.ts";
import { jobScript } from "./job-script.ts";
import { isOver } from "./job-state.ts";
import { jobOfLive, liveJob, liveJobs } from "./live-jobs.ts";
import { type PastJob, pastJob, pastJobs } from "./past-jobs.ts";
import { roomFor } from "./room.ts";
import { logFile, sbatchWords } from "./sbatch-words.ts";
import { notTaken } from "./not-taken.ts";

/** How long it is taken to hold what srun can do, and where a user is at home. */
const KNOWN_MS = 600_000;
/** Nodes are held for so long before a contract's start that jobs may be waiting for it. */
const AHEAD = durationMs(24 * HOUR_MS);

/** Jobs of holders on the nodes of their contracts, as their own Unix users, in a script of Spillway's. */
export function slurmJobs(place: Place): Jobs {
  return new SlurmJobs(place);
}

class SlurmJobs implements Jobs {
  readonly #place: Place;
  readonly #hasContainers: () => Promise<boolean>;
  readonly #homes = new Map<string, () => Promise<string>>();

  constructor(place: Place) {
    this.#place = place;
    this.#hasContainers = remembered(KNOWN_MS, async () => {
      const help = await ask(place.access, "srun", ["--help"]);
      return help.includes("--container-image");
    });
  }

  async submit(
    allotment: Allotment,
    request: JobRequest,
    key: string | null,
  ): Promise<Job | JobRefused> {
    const { users, pool, clock } = this.#place;
    const { contract, holder } = allotment;
    const user = users.get(holder);
    if (user === undefined) return refused("user_missing");
    const room = roomFor(request, allotment, clock.now());
    if (typeof room === "string") return refused(room);
    if (request.work.type === "container" && !(await this.#hasContainers())) {
      return refused("container_not_available");
    }
    const home = await this.#home(user);
    const account = accountOf(holder);
    const where = {
      ...room,
      slurmName: slurmNameOf(request.name, contract, key),
      account,
      reservation: reservationOf(pool.id, contract),
      partition: pool.marketPartition,
      gpuType: pool.gpuType,
      home,
    };
    const script = jobScript({ ...request, ...room, contract, user, home });
    return this.#sbatch(sbatchWords(where, request), script, { user, account });
  }

  async find(of: JobsOf, key: string): Promise<Job | null> {
    const { access } = this.#place;
    const account = accountOf(of.holder);
    const isMeant = (name: string): boolean =>
      isOf(name, of) && jobNameOf(name)?.request === requestDigest(key);
    const live = (await liveJobs(access, account)).find(({ name }) => isMeant(name));
    if (live !== undefined) return this.#told(live, account);
    const past = await pastJobs(access, account, earlier(of.start, AHEAD));
    const found = past.find(({ slurmName }) => isMeant(slurmName));
    // What slurmctld has forgotten does not run: it may be submitted again.
    return found === undefined || found.job.status === "lost" ? null : found.job;
  }

  async list(of: JobsOf): Promise<readonly Job[]> {
    const { access } = this.#place;
    const account = accountOf(of.holder);
    // First the accounting: what it takes to go on, slurmctld knows afterwards, or has forgotten.
    const past = await pastJobs(access, account, earlier(of.start, AHEAD));
    const live = await liveJobs(access, account);
    const jobs = new Map<string, Job>();
    for (const each of live) if (isOf(each.name, of)) jobs.set(each.id, jobOfLive(each));
    for (const { slurmName, job } of past) {
      const isKnown = jobs.has(job.id);
      if (isOf(slurmName, of) && (!isKnown || hasEnded(job, jobs.get(job.id)))) {
        jobs.set(job.id, job);
      }
    }
    return [...jobs.values()].toSorted((a, b) => Number(b.id) - Number(a.id));
  }

  async get(of: JobsOf, id: string): Promise<Job | null> {
    if (!isJobId(id)) return null;
    const account = accountOf(of.holder);
    const live = await liveJob(this.#place.access, account, id);
    if (live !== null) return isOf(live.name, of) ? this.#told(live, account) : null;
    const past = await pastJob(this.#place.access, account, id);
    return past !== null && isOf(past.slurmName, of) ? past.job : null;
  }

  async log(of: JobsOf, id: string, from: number | null): Promise<JobLog | JobRefused | null> {
    const { access, users } = this.#place;
    const user = users.get(of.holder);
    if (user === undefined) return refused("user_missing");
    if ((await this.get(of, id)) === null) return null;
    const file = logFile(await this.#home(user), id);
    return readLog(access, { file, user }, from);
  }

  async cancel(of: JobsOf, id: string): Promise<Job | JobRefused | null> {
    const { access, users } = this.#place;
    const user = users.get(of.holder);
    if (user === undefined) return refused("user_missing");
    const job = await this.get(of, id);
    if (job === null || isOver(job.status)) return job;
    const ended = await access.run("scancel", [id], { as: user });
    refuseNotBecome(access, user, "scancel", ended);
    // What has ended by itself meanwhile is as it should be.
    if (ended.code !== 0 && !/invalid job id|already/i.test(ended.stderr)) {
      throw faultOfTool(access.place, "scancel", ended);
    }
    return this.get(of, id);
  }

  async #sbatch(
    words: readonly string[],
    script: string,
    { user, account }: { readonly user: string; readonly account: string },
  ): Promise<Job | JobRefused> {
    const { access } = this.#place;
    const ended = await access.run("sbatch", words, { input: script, as: user });
    refuseNotBecome(access, user, "sbatch", ended);
    if (ended.code !== 0) return notTaken(access.place, ended);
    const [id = ""] = /^\d+/.exec(ended.stdout) ?? [];
    const live = id === "" ? null : await liveJob(access, account, id);
    if (live !== null) return this.#told(live, account);
    const sentence = `sbatch says ${JSON.stringify(ended.stdout.slice(0, 80))}, and slurmctld knows no such job`;
    throw new SlurmFault("answer_unreadable", sentence);
  }

  /** How a job has ended, the accounting tells, once it has heard of it. */
  async #told(live: SlurmJob, account: string): Promise<Job> {
    const job = jobOfLive(live);
    if (!isOver(job.status)) return job;
    const past = await pastJob(this.#place.access, account, live.id);
    return past !== null && hasEnded(past.job, job) ? past.job : job;
  }

  #home(user: string): Promise<string> {
    const known =
      this.#homes.get(user) ?? remembered(KNOWN_MS, () => homeOf(this.#place.access, user));
    this.#homes.set(user, known);
    return known();
  }
}

function refused(refusal: JobRefused["refusal"]): JobRefused {
  return { refusal, said: null };
}

function isOf(slurmName: string, { contract }: JobsOf): boolean {
  return jobNameOf(slurmName)?.contract === contractDigest(contract);
}

function isJobId(id: string): boolean {
  return /^[1-9]\d{0,9}$/.test(id);
}

/** Whether the accounting knows more of it: it is over for both. */
function hasEnded(past: PastJob["job"], live: Job | undefined): boolean {
  return past.status !== "lost" && (live === undefined || isOver(live.status));
}
