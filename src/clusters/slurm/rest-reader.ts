import type { Clock } from "../../ports.ts";
import type { EpochMs, Window } from "../../units.ts";
import { SlurmFault } from "./fault.ts";
import { controllerOfJson } from "./read/controller-json.ts";
import { jobsOfJson } from "./read/jobs-json.ts";
import { levelOfJson } from "./read/level-json.ts";
import { nodesOfJson } from "./read/nodes-json.ts";
import { pastRunsOfJson } from "./read/past-runs-json.ts";
import { reservationsOfJson } from "./read/reservations-json.ts";
import { offsetOf, type Own, refuseHidden } from "./read/see.ts";
import { refuseOldVersion } from "./read/version.ts";
import { remembered } from "./remembered.ts";
import type { SlurmReader } from "./reader.ts";
import { askRest, type RestPlace } from "./rest/ask.ts";
import { type RestVersions, versionsOf } from "./rest/versions.ts";
import type { SlurmPastRun, SlurmSeen } from "./seen.ts";

const ACCOUNTING_MS = 60_000;
const LEVEL_MS = 600_000;

/** Reads by slurmrestd, which knows no topology: fabrics must be told by features. */
export function restReader(place: RestPlace, clock: Clock): SlurmReader {
  return new RestReader(place, clock);
}

class RestReader implements SlurmReader {
  readonly place: string;
  readonly own: () => Promise<Own>;
  readonly #rest: RestPlace;
  readonly #clock: Clock;
  #versions: RestVersions | null = null;

  constructor(rest: RestPlace, clock: Clock) {
    this.place = rest.at;
    this.#rest = rest;
    this.#clock = clock;
    this.own = remembered(LEVEL_MS, async () => {
      const answer = await this.#slurmdb(`user/${encodeURIComponent(rest.user)}`);
      return { user: rest.user, level: levelOfJson(answer) };
    });
  }

  async see(): Promise<SlurmSeen> {
    const at = this.#clock.now();
    const began = performance.now();
    // What is hidden isn't told over REST: who sees all of it for certain is asked first.
    const about = await this.#controller(at);
    refuseHidden(about.controller, await this.own());
    const [nodes, jobs, reservations] = await Promise.all([
      this.#slurm("nodes").then(nodesOfJson),
      this.#slurm("jobs").then(jobsOfJson),
      this.#slurm("reservations").then(reservationsOfJson),
    ]);
    const tookMs = performance.now() - began;
    return { at, tookMs, ...about, nodes, leaves: [], jobs, reservations };
  }

  async pastRuns({ start, end }: Window): Promise<readonly SlurmPastRun[]> {
    const query = `start_time=uts${seconds(start)}&end_time=uts${seconds(end)}&skip_steps=true`;
    return pastRunsOfJson(await this.#slurmdb(`jobs?${query}`, ACCOUNTING_MS));
  }

  async #controller(before: EpochMs): Promise<Pick<SlurmSeen, "controller" | "clockOffsetMs">> {
    const controller = controllerOfJson(await this.#slurm("diag"));
    refuseOldVersion(controller.version);
    return { controller, clockOffsetMs: offsetOf(controller, before, this.#clock.now()) };
  }

  async #slurm(what: string): Promise<unknown> {
    const { slurm } = await this.#negotiated();
    return this.#ask(`/slurm/${slurm}/${what}`);
  }

  async #slurmdb(what: string, mostMs?: number): Promise<unknown> {
    const { slurmdb } = await this.#negotiated();
    if (slurmdb === null) {
      throw new SlurmFault(
        "answer_unreadable",
        "slurmrestd offers no accounting: load its plugin dbv0.0.38 or later",
      );
    }
    return this.#ask(`/slurmdb/${slurmdb}/${what}`, mostMs);
  }

  /** After an upgrade of slurmrestd, another version may be offered. */
  async #ask(path: string, mostMs?: number): Promise<unknown> {
    const answer = await askRest(this.#rest, path, mostMs);
    if (answer !== "absent") return answer;
    this.#versions = null;
    throw new SlurmFault("answer_unreadable", `slurmrestd no longer has ${path}`);
  }

  async #negotiated(): Promise<RestVersions> {
    this.#versions ??= versionsOf(await askRest(this.#rest, "/openapi/v3"));
    return this.#versions;
  }
}

function seconds(time: EpochMs): number {
  return Math.floor(time / 1_000);
}
