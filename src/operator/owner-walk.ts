import type { Rung } from "../policy/policy.ts";
import { precautions } from "../recall/precaution.ts";
import type { DemandReading, ReadArrival, Waits } from "../recall/arrival.ts";
import { arrivalOf, waitsOfArrival } from "../recall/arrival.ts";
import { meetAtOnce, meetSurprise } from "../recall/shortfall.ts";
import type { Taking } from "../recall/take-back.ts";
import { byDue } from "./recall-plan.ts";
import { add, EMPTY } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { MarketCommand } from "../market/commands.ts";
import type { ReadFabric } from "../contracts/holdings.ts";
import type { MarketState, PoolState, Recall, RecallReason } from "../market/state.ts";
import { poolOf } from "../market/state.ts";
import { cautionGpus } from "../surplus/caution.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { makeLadder } from "../surplus/make-ladder.ts";
import { diminishLadder, restrictLadder } from "../surplus/restrict.ts";
import { forecastChanceAt, untaught } from "../surplus/recall-chance.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert, later, minGpus, NO_GPUS } from "../units.ts";

/** Where the owner's commands are decided: the backtest's own writer, or a turn of the service's journal. */
export interface MarketDesk {
  readonly state: MarketState;
  /** @returns the refusal, or null once the command's events stand in the state */
  do(command: MarketCommand): string | null;
}

export interface WalkSetup {
  readonly pool: string;
  /** Price of a firm GPU-hour. */
  readonly price: MicroUsdPerGpuHour;
  /** How long a reading holds. */
  readonly step: DurationMs;
  /** A fresh id for a recall. */
  readonly recallId: () => string;
}

/** What the owner's cluster shows at the beginning of a step. */
export interface StepReading extends DemandReading {
  /** Rise of the declared runs to the step after, as declared by now. */
  readonly declaredRiseNext: Gpus;
  /** As they are now; together the capacity. */
  readonly fabrics: readonly ReadFabric[];
}

/** GPUs over time that are not sold, whatever the forecast says. */
export interface KeptBack {
  /** Not there: what is sold of them must make way. */
  readonly missing: Schedule;
  /** There, and not for sale. */
  readonly withheld: Schedule;
}

const NOTHING_KEPT_BACK: KeptBack = { missing: EMPTY, withheld: EMPTY };

/**
 * One pool walked along the owner's demand: (a) the demand arrives, (b) who must make way does, (c) what falls due
 * is handed over, (d) the new forecast brings precautions and a new ladder to sell from.
 */
export class OwnerWalk {
  readonly #desk: MarketDesk;
  readonly #setup: WalkSetup;
  #demand: Gpus | null;

  /** @param demand as it was read last; null: nothing was, or the cluster was down */
  constructor(desk: MarketDesk, setup: WalkSetup, demand: Gpus | null) {
    this.#desk = desk;
    this.#setup = setup;
    this.#demand = demand;
  }

  get pool(): PoolState {
    return poolOf(this.#desk.state, this.#setup.pool);
  }

  /** (c): what has fallen due by now is handed over. */
  pass(now: EpochMs): void {
    this.#must({ type: "advance", now });
  }

  /** Demand that has fallen, or that is served already: nobody needs to make way. */
  noteDemand(demand: Gpus): void {
    this.#demand = demand;
  }

  /** (a) to (c). @returns how long the GPUs of declared runs, and of a surprise run, wait */
  arrive(reading: StepReading): readonly Waits[] {
    this.pass(reading.now);
    this.read(reading.now, reading.demand, reading.fabrics);
    const arrival = arrivalOf(reading, this.#demand, this.#pending(), this.pool.holdings);
    this.#demand = arrival.demand;
    return this.#makeWay(arrival);
  }

  /** The cluster is down: contracts end without blame, and demand starts anew afterwards. */
  breakDown(now: EpochMs): void {
    this.pass(now);
    this.#must({ type: "interrupt", pool: this.#setup.pool, now });
    this.#demand = null;
  }

  /** (d), without the sales. */
  plan(reading: StepReading, forecast: DemandForecast, keptBack = NOTHING_KEPT_BACK): void {
    const { pool, price, step } = this.#setup;
    const { policy, holdings } = this.pool;
    const made = makeLadder({ ...this.#ladderInput(reading, forecast), policy, price });
    const { missing, withheld } = keptBack;
    const there = diminishLadder(made, missing);
    const ladder = restrictLadder(there, add(missing, withheld));
    this.#must({ type: "publish_ladder", pool, ladder });
    // What was sold before the owner withheld anything stays sold.
    this.#recall(reading.now, precautions(holdings, policy, there, step), "precaution");
  }

  /** The owner's reading. */
  read(at: EpochMs, demand: Gpus, fabrics: readonly ReadFabric[]): void {
    this.#must({ type: "read_owner", pool: this.#setup.pool, reading: { at, demand, fabrics } });
  }

  #ladderInput(reading: StepReading, forecast: DemandForecast) {
    const { now, capacity } = reading;
    const { cautions, chances } = this.pool;
    return {
      now,
      knownFor: this.#setup.step,
      demand: minGpus(reading.demand, capacity),
      capacity,
      declaredRise: reading.declaredRiseNext,
      forecast,
      caution: (rung: Rung): Gpus => {
        const caution = cautions.get(rung.notice);
        return caution === undefined ? NO_GPUS : cautionGpus(caution, capacity, now);
      },
      forecastChance: (rung: Rung): number => {
        const model = chances.get(rung.notice) ?? untaught();
        return forecastChanceAt(model, rung.maxRecallChance, later(now, rung.duration));
      },
    };
  }

  /** Another pool's recalls free nothing here. */
  #pending(): Recall[] {
    const { recalls } = this.#desk.state;
    return [...recalls.values()].filter(({ pool }) => pool === this.#setup.pool);
  }

  #makeWay(arrival: ReadArrival): Waits[] {
    const { policy, holdings } = this.pool;
    this.#breach(arrival.now, meetAtOnce(holdings, policy, arrival));
    const response = meetSurprise(holdings, policy, arrival);
    this.#recall(arrival.now, response.recalls, "surprise");
    this.#breach(arrival.now, response.breaches);
    return waitsOfArrival(holdings, policy, arrival, response.recalls);
  }

  #recall(now: EpochMs, takings: readonly Taking[], reason: RecallReason): void {
    const { pool, recallId } = this.#setup;
    for (const [due, together] of byDue(takings)) {
      const recall = recallId();
      this.#must({ type: "give_recall", recall, pool, now, due, reason, takings: together });
    }
  }

  #breach(now: EpochMs, takings: readonly Taking[]): void {
    const { pool } = this.#setup;
    for (const [at, together] of byDue(takings)) {
      this.#must({ type: "breach", pool, now, at, takings: together });
    }
  }

  /** What was planned on the state as it is cannot be refused. */
  #must(command: MarketCommand): void {
    const refusal = this.#desk.do(command);
    assert(refusal === null, `${command.type} is never refused here (${refusal})`);
  }
}
