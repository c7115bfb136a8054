import { heldOver } from "../contracts/contract.ts";
import type { Contract } from "../contracts/contract.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Cut, Recall } from "../market/state.ts";
import type { WaitedGpus } from "../recall/shortfall.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsd, Notice } from "../units.ts";
import {
  addMoney,
  charge,
  DAY_MS,
  earliest,
  elapsed,
  floorTo,
  gpusOver,
  NO_MONEY,
  subMoney,
} from "../units.ts";

/** One notice's figures, in GPU-milliseconds and micro-dollars. */
export interface NoticeScore {
  readonly notice: Notice;
  contracts: number;
  lots: number;
  deliveredGpuMs: number;
  recalledGpuMs: number;
  breachedGpuMs: number;
  sales: MicroUsd;
  compensation: MicroUsd;
  /** Of contracts that have ended and were not interrupted. */
  readonly ended: EndedContract[];
}

/** What a contract that has run its course says about its stated chance of recall. */
export interface EndedContract {
  readonly startDay: number;
  readonly lots: number;
  readonly recalledLots: number;
  readonly stated: number;
}

interface LiveContract {
  readonly contract: Contract;
  interrupted: boolean;
}

/** Adds up what a market's events mean for buyers, owner and purse. */
export class Scorecard {
  readonly #lot: Gpus;
  readonly #notices: Map<Notice, NoticeScore>;
  readonly #live = new Map<string, LiveContract>();
  /** GPUs of surprise runs by how long they waited, in milliseconds. */
  readonly waits = new Map<number, number>();
  violations = 0;
  /** Where recalled and broken GPUs go: told the time and the number. */
  onRecalled: (at: EpochMs, gpus: number) => void = () => {};
  onBreached: (at: EpochMs, gpus: number) => void = () => {};

  constructor(notices: readonly Notice[], lot: Gpus) {
    this.#lot = lot;
    this.#notices = new Map(notices.map((notice) => [notice, emptyScore(notice)]));
  }

  get notices(): readonly NoticeScore[] {
    return [...this.#notices.values()];
  }

  listen(event: MarketEvent): void {
    switch (event.type) {
      case "contract_sold":
        return this.#sold(event.contract);
      case "recall_handed_over":
        return this.#handedOver(event.recall);
      case "contract_breached":
        return this.#breached(event.cut, event.at, event.broken);
      case "contract_interrupted":
      case "contract_cancelled":
        return this.#interrupted(event.contract);
      case "contract_ended":
        return this.#ended(event);
      default:
    }
  }

  /** Counts a run of the owner's whose GPUs waited so long, and whether it waited longer than it may. */
  waited(waits: readonly WaitedGpus[], allowed: DurationMs): void {
    for (const { gpus, wait } of waits) this.waits.set(wait, (this.waits.get(wait) ?? 0) + gpus);
    if (waits.some(({ wait }) => wait > allowed)) this.violations += 1;
  }

  /** Counts what contracts that still run at the trace's end have delivered by then. */
  close(contracts: Iterable<Contract>, end: EpochMs): void {
    for (const contract of contracts) {
      const { window, price } = contract;
      if (window.start >= end) continue;
      const delivered = heldOver(contract, { start: window.start, end: earliest(window.end, end) });
      this.#deliver(contract, delivered, charge(price, delivered, "floor"));
    }
  }

  #score(contract: Contract): NoticeScore {
    return this.#scoreOf(contract.promise.notice);
  }

  #scoreOf(notice: Notice): NoticeScore {
    const score = this.#notices.get(notice) ?? emptyScore(notice);
    this.#notices.set(notice, score);
    return score;
  }

  #sold(contract: Contract): void {
    this.#live.set(contract.id, { contract, interrupted: false });
    const score = this.#score(contract);
    score.contracts += 1;
    score.lots += contract.soldGpus / this.#lot;
  }

  #handedOver(recall: Recall): void {
    for (const cut of recall.cuts) {
      const live = this.#live.get(cut.contract);
      if (live === undefined) continue;
      const score = this.#scoreOf(cut.notice);
      score.recalledGpuMs += gpusOver(cut.gpus, elapsed(recall.due, cut.until));
      score.compensation = addMoney(score.compensation, cut.owed);
      this.onRecalled(recall.due, cut.gpus);
    }
  }

  #breached(cut: Cut, at: EpochMs, broken: number): void {
    const score = this.#scoreOf(cut.notice);
    score.breachedGpuMs += broken;
    score.compensation = addMoney(score.compensation, cut.owed);
    this.onBreached(at, cut.gpus);
  }

  #interrupted(id: string): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.interrupted = true;
  }

  #deliver(contract: Contract, delivered: number, revenue: MicroUsd): void {
    const score = this.#score(contract);
    score.deliveredGpuMs += delivered;
    score.sales = addMoney(score.sales, revenue);
  }

  #ended(event: Extract<MarketEvent, { type: "contract_ended" }>): void {
    const live = this.#live.get(event.contract);
    if (live === undefined) return;
    this.#live.delete(event.contract);
    const { contract } = live;
    this.#deliver(contract, event.delivered, event.revenue);
    if (live.interrupted) return;
    this.#score(contract).ended.push({
      startDay: floorTo(contract.window.start, DAY_MS) / DAY_MS,
      lots: contract.soldGpus / this.#lot,
      recalledLots: event.recalled / this.#lot,
      stated: contract.promise.statedRecallChance,
    });
  }
}

/** Sales less compensation and credits. */
export function netRevenue(scores: readonly NoticeScore[]): MicroUsd {
  return scores.reduce(
    (sum, score) => addMoney(sum, subMoney(score.sales, score.compensation)),
    NO_MONEY,
  );
}

function emptyScore(notice: Notice): NoticeScore {
  return {
    notice,
    contracts: 0,
    lots: 0,
    deliveredGpuMs: 0,
    recalledGpuMs: 0,
    breachedGpuMs: 0,
    sales: NO_MONEY,
    compensation: NO_MONEY,
    ended: [],
  };
}
