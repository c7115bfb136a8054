import { setTimeout as pause } from "node:timers/promises";
import type { BoundNode } from "../../../delivery/binding.ts";
import type { Allotment, Delivery, DeliveryReport } from "../../../ports.ts";
import type { EpochMs } from "../../../units.ts";
import { durationMs, elapsed, epochMs, later } from "../../../units.ts";
import { ask } from "../access/ask.ts";
import { SlurmFault } from "../fault.ts";
import { RESERVATIONS_COMMAND, reservationsOfText } from "../read/reservations-text.ts";
import { nodesOfPool } from "../owner/pool.ts";
import type { SlurmJob, SlurmReservation, SlurmSeen } from "../seen.ts";
import { Accounts } from "./accounts.ts";
import { cancelAs, endJobs, refuseForeign, seeRunning } from "./end-jobs.ts";
import { type Hold, holdsOf } from "./holds.ts";
import { Interrupted } from "./interrupted.ts";
import { condemned, isEnding, marketJobs, noticesOf } from "./market-jobs.ts";
import { Notices } from "./notices.ts";
import { contractOf } from "./names.ts";
import type { Place } from "./place.ts";
import { Report } from "./report.ts";
import {
  reservationDeeds,
  type ReservationDeed,
  scontrolWords,
  sentenceOf,
} from "./reservation-deeds.ts";
import { seenNodes } from "../owner/seen-nodes.ts";

export interface DeliverySetup extends Place {
  /** The cluster's picture, fresh or of a moment ago. */
  readonly sight: () => Promise<SlurmSeen>;
  /** Says what it would do, and does nothing. */
  readonly isDryRun?: boolean;
}

type Choice = (jobs: readonly SlurmJob[]) => readonly SlurmJob[];
type Allotted = (now: EpochMs) => readonly Allotment[];

/** A node that is given back within this is waited for before anything else is done, and given back at the millisecond. */
const WAITED_MS = durationMs(1_600);
/** How long before it the jobs on it are looked up. */
const PREPARED_MS = 250;
/** How long jobs are tried to end before the next pass goes on with it. */
const PATIENCE_MS = 5_000;
/** How long a pass waits for slurmdbd. */
const ACCOUNTING_MS = 2_000;
/** The least at a hand-over: what is due within it is handed over at the same time. */
const LEAST_PATIENCE_MS = 2_000;
/**
 * Between two tries to delete a reservation whose job is ending: Slurm's scheduler looks once a second, and if the
 * reservation stands then, the owner's job waits for the next round.
 */
const TRY_MS = 10;
/** A job that ends for longer keeps its node from its owner. */
const DRAINED_MS = 10_000;

/** Brings a pool's contracts onto the nodes of a Slurm, by reservations, and takes them from there. */
export function slurmDelivery(setup: DeliverySetup): Delivery {
  const settling = new Settling(setup);
  return {
    async look(now) {
      return seenNodes(await setup.sight(), setup.pool, now);
    },
    settle: (allotted) => settling.settle(allotted),
  };
}

interface HandOver {
  readonly due: EpochMs;
  readonly nodes: readonly string[];
}

class Settling {
  readonly #setup: DeliverySetup;
  readonly #accounts: Accounts;
  readonly #notices: Notices;
  readonly #interrupted: Interrupted;
  /** What slurmdbd is asked, and what came of it that was not told yet. */
  #accounting: Promise<void> | null = null;
  #accounted = new Report();
  /** When jobs were first seen to end, by job. */
  readonly #ending = new Map<string, EpochMs>();

  constructor(setup: DeliverySetup) {
    this.#setup = setup;
    this.#accounts = new Accounts(setup);
    this.#notices = new Notices(setup);
    this.#interrupted = new Interrupted(setup);
  }

  async settle(allotted: Allotted): Promise<DeliveryReport> {
    const report = new Report();
    if (this.#setup.isDryRun === true) await this.#sayPass(allotted, report);
    else {
      const begin = this.#now;
      const nodes = allotted(begin).flatMap((each) => each.nodes);
      // What is due goes first, and what became due meanwhile goes last, however long the rest took.
      const soon = later(begin, WAITED_MS);
      await this.#handOvers(
        nodes.filter(({ end }) => end <= soon),
        allotted,
        report,
      );
      await this.#pass(allotted, report);
      const now = this.#now;
      await this.#handOvers(
        nodes.filter(({ end }) => end > soon && end <= now),
        allotted,
        report,
      );
    }
    const { deeds, faults, interruptions } = report;
    return { deeds, faults, interruptions };
  }

  get #now(): EpochMs {
    return this.#setup.clock.now();
  }

  async #pass(allotted: Allotted, report: Report): Promise<void> {
    const { pool, sight } = this.#setup;
    const seen = await sight();
    const nodes = new Set(nodesOfPool(seen, pool).map(({ name }) => name));
    const choose: Choice = (jobs) =>
      condemned(marketJobs(jobs, pool.id, nodes), pool.id, allotted(this.#now), this.#now);
    const doomed = choose(seen.jobs);
    await this.#endWhatIsOver(doomed, { choose, allotted }, report);
    const now = this.#now;
    const allotments = allotted(now);
    const jobs = marketJobs(seen.jobs, pool.id, nodes);
    const over = new Set(condemned(jobs, pool.id, allotments, now));
    const going = jobs.filter((job) => !over.has(job));
    await this.#notices.look(going, noticesOf(going, allotments), report);
    this.#accounts.tellOfMissing(allotments, report);
    const accounting = this.#askAccounting(jobs, allotments, seen.controller.cluster);
    // Reservations are for accounts that are there; yet who is due is not kept waiting for slurmdbd, nor for long is anybody.
    const isNoneDue = !endsOf(allotments).some((end) => elapsed(now, end) <= WAITED_MS);
    if (isNoneDue) await Promise.race([accounting, pause(ACCOUNTING_MS)]);
    this.#tellOfAccounting(report);
    const holds = holdsOf(pool.id, allotments, busyNodes(jobs), now);
    const live = new Set(allotments.map(({ contract }) => contract));
    await this.#reserve(holds, live, report);
  }

  /** Goes on beside the passes where it takes long, and then no other is begun. */
  #askAccounting(
    jobs: readonly SlurmJob[],
    allotments: readonly Allotment[],
    cluster: string,
  ): Promise<void> {
    this.#accounting ??= unlessGone(this.#accounted, async () => {
      const interruptions = await this.#interrupted.look(jobs, allotments, this.#now);
      this.#accounted.interruptions.push(...interruptions);
      const lacking = await this.#accounts.lacking(allotments, cluster);
      await this.#accounts.add(lacking, this.#accounted);
    }).finally(() => (this.#accounting = null));
    return this.#accounting;
  }

  /** What has become of it so far. */
  #tellOfAccounting(report: Report): void {
    report.take(this.#accounted);
    if (this.#accounting === null) this.#accounted = new Report();
  }

  async #endWhatIsOver(
    doomed: readonly SlurmJob[],
    { choose, allotted }: { readonly choose: Choice; readonly allotted: Allotted },
    report: Report,
  ): Promise<void> {
    this.#tellOfEnding(doomed, report);
    const waiting = doomed.filter(({ nodes }) => nodes.length === 0);
    for (const job of waiting) {
      refuseForeign(job);
      await cancelAs(this.#setup, job.user, [job.id], report);
      report.done(
        `job ${job.id} of ${job.account}, which waits for a reservation that is over, is cancelled`,
      );
    }
    const running = doomed.filter((job) => job.nodes.length > 0 && !isEnding(job));
    if (running.length === 0) return;
    const nodes = [...new Set(running.flatMap((job) => job.nodes))];
    const prepared = await seeRunning(this.#setup.access, nodes);
    const ending = { nodes, prepared, condemned: choose, mostMs: this.#patience(allotted) };
    await endJobs(this.#setup, ending, report);
  }

  #tellOfEnding(doomed: readonly SlurmJob[], report: Report): void {
    const ending = doomed.filter(isEnding);
    for (const id of this.#ending.keys()) {
      if (!ending.some((job) => job.id === id)) this.#ending.delete(id);
    }
    for (const job of ending) {
      const since = this.#ending.get(job.id) ?? this.#now;
      this.#ending.set(job.id, since);
      if (elapsed(since, this.#now) < DRAINED_MS) continue;
      const sentence = `${job.nodes.join(",")} does not come free: job ${job.id} of ${job.account} has been ending since ${new Date(since).toISOString()}. Look at slurmd's log there, and at what its epilog does`;
      report.fault(null, "node_not_draining", sentence);
    }
  }

  /** As they are now: the picture may be of a moment before this pass changed them last. */
  async #reservations(): Promise<readonly SlurmReservation[]> {
    const [tool, ...args] = RESERVATIONS_COMMAND;
    return reservationsOfText(await ask(this.#setup.access, tool, args));
  }

  /** @param live contracts that are not over */
  async #reserve(holds: readonly Hold[], live: ReadonlySet<string>, report: Report): Promise<void> {
    const { id } = this.#setup.pool;
    const deeds = reservationDeeds(id, holds, await this.#reservations(), this.#now);
    for (const deed of deeds) {
      // What a holder seems to have left early may have a job that began after the picture: the next one shows it.
      const isEarly = deed.type === "delete" && live.has(contractOf(id, deed.reservation) ?? "");
      await this.#carryOut(deed, report, isEarly);
    }
  }

  /** @returns whether it is done; where it is only tried, Slurm's refusal is no fault */
  async #carryOut(deed: ReservationDeed, report: Report, isTry = false): Promise<boolean> {
    const { access, pool } = this.#setup;
    const words = scontrolWords(deed, pool.marketPartition, this.#now);
    try {
      await ask(access, "scontrol", words);
      report.done(sentenceOf(deed));
      return true;
    } catch (fault) {
      if (!(fault instanceof SlurmFault)) throw fault;
      if (isTry) return false;
      if (fault.state === "unreachable") throw fault;
      // An account that is still being made is there at the next pass.
      if (this.#accounting !== null && /account/i.test(fault.happened)) return false;
      if (deed.type === "delete" && (await this.#isGone(deed.reservation))) return true;
      const contract = deed.type === "delete" ? null : deed.hold.contract;
      const sentence = `Slurm does not let it be that ${sentenceOf(deed)}: ${fault.happened}. It is tried again`;
      report.fault(contract, "reservation_refused", sentence);
      return false;
    }
  }

  /** Slurm ends reservations by itself, maybe in the same instant. */
  async #isGone(reservation: string): Promise<boolean> {
    return !(await this.#reservations()).some(({ name }) => name === reservation);
  }

  /** How long one job that does not end may keep others waiting: until nodes are given back next. */
  #patience(allotted: Allotted): number {
    const now = this.#now;
    const left = endsOf(allotted(now)).map((end) => elapsed(now, end) - WAITED_MS);
    return Math.max(0, Math.min(PATIENCE_MS, ...left));
  }

  /** Those that are due at the same time together, and one time's beside another's. */
  async #handOvers(bound: readonly BoundNode[], allotted: Allotted, report: Report): Promise<void> {
    const byDue = Map.groupBy(bound, ({ end }) => end);
    await Promise.all(
      [...byDue].map(([due, nodes]) => {
        const names = nodes.map(({ node }) => node);
        return this.#handOver({ due, nodes: names }, allotted, report);
      }),
    );
  }

  async #handOver({ due, nodes }: HandOver, allotted: Allotted, report: Report): Promise<void> {
    const { access, pool } = this.#setup;
    await this.#until(epochMs(due - PREPARED_MS));
    const [prepared, reservations] = await Promise.all([
      seeRunning(access, nodes),
      this.#reservations(),
    ]);
    await this.#until(due);
    // Asked again now: what was withdrawn meanwhile goes on.
    const own = new Set(nodes);
    const choose: Choice = (jobs) =>
      condemned(marketJobs(jobs, pool.id, own), pool.id, allotted(this.#now), this.#now);
    const mostMs = Math.max(LEAST_PATIENCE_MS, this.#patience(allotted));
    const over = reservations.filter((each) => each.nodes.every((node) => own.has(node)));
    const release = this.#releasing(over, allotted, own);
    const ended = new AbortController();
    const [left] = await Promise.all([
      endJobs(this.#setup, { nodes, prepared, condemned: choose, mostMs }, report).finally(() =>
        ended.abort(),
      ),
      keepTrying(() => release(report, true), ended.signal),
    ]);
    for (const { id, nodes: on } of left) {
      const late = elapsed(due, this.#now) / 1_000;
      const sentence = `${on.join(",")} is not free ${late.toFixed(0)} s after it was due: job ${id} does not end. Look at slurmd's log there`;
      report.fault(null, "node_not_draining", sentence);
    }
    await release(report, false);
  }

  /**
   * Where all of a reservation's nodes are given back, the owner waits for it to go, which Slurm refuses while a job is
   * in it. The other reservations are the pass's.
   * @returns by call, whether all are gone
   */
  #releasing(
    over: readonly SlurmReservation[],
    allotted: Allotted,
    nodes: ReadonlySet<string>,
  ): (report: Report, isTry: boolean) => Promise<boolean> {
    const { pool } = this.#setup;
    const released = new Set<string>();
    return async (report, isTry) => {
      const now = this.#now;
      const left = over.filter(({ name }) => !released.has(name));
      const holds = holdsOf(pool.id, allotted(now), nodes, now);
      const deeds = reservationDeeds(pool.id, holds, left, now);
      const deletes = deeds.filter((each) => each.type === "delete");
      for (const deed of deletes) {
        if (await this.#carryOut(deed, report, isTry)) released.add(deed.reservation);
      }
      return deletes.every(({ reservation }) => released.has(reservation));
    };
  }

  async #until(time: EpochMs): Promise<void> {
    // A timer may be early by a millisecond.
    for (let left = elapsed(this.#now, time); left > 0; left = elapsed(this.#now, time)) {
      await pause(left);
    }
  }

  async #sayPass(allotted: Allotted, report: Report): Promise<void> {
    const { pool, sight } = this.#setup;
    const seen = await sight();
    const now = this.#now;
    const allotments = allotted(now);
    const nodes = new Set(nodesOfPool(seen, pool).map(({ name }) => name));
    const jobs = marketJobs(seen.jobs, pool.id, nodes);
    this.#accounts.tellOfMissing(allotments, report);
    const would = (sentence: string): void => report.done(`dry run: ${sentence}`);
    for (const job of condemned(jobs, pool.id, allotments, now)) {
      would(`job ${job.id} of ${job.account} is ended on ${job.nodes.join(",")}`);
    }
    const lacking = await this.#accounts.lacking(allotments, seen.controller.cluster);
    for (const { sentence } of lacking) would(sentence);
    const deeds = reservationDeeds(
      pool.id,
      holdsOf(pool.id, allotments, busyNodes(jobs), now),
      seen.reservations,
      now,
    );
    for (const deed of deeds) would(sentenceOf(deed));
  }
}

/** Until it succeeds, or is stopped. */
async function keepTrying(attempt: () => Promise<boolean>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await attempt())) await pause(TRY_MS);
}

/** Without the accounting, what is held and given back goes on. */
async function unlessGone(report: Report, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof SlurmFault)) throw fault;
    const sentence = `accounts and ends of jobs are not looked at: ${fault.message}`;
    report.fault(null, "accounting_unreachable", sentence);
  }
}

function busyNodes(jobs: readonly SlurmJob[]): ReadonlySet<string> {
  return new Set(jobs.flatMap(({ nodes }) => nodes));
}

/** The times at which nodes are given back, each once. */
function endsOf(allotments: readonly Allotment[]): readonly EpochMs[] {
  return [...new Set(allotments.flatMap(({ nodes }) => nodes.map(({ end }) => end)))];
}
