import type { Policy } from "../policy/policy.ts";
import { precautions } from "../recall/precaution.ts";
import type { DemandReading, ReadArrival, Waits } from "../recall/arrival.ts";
import { arrivalOf, waitsOfArrival } from "../recall/arrival.ts";
import { meetAtOnce, meetSurprise } from "../recall/shortfall.ts";
import type { Taking } from "../recall/take-back.ts";
import type { PoolState, RecallReason } from "../market/state.ts";
import { poolOf } from "../market/state.ts";
import { cautionGpus } from "../surplus/caution.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { makeLadder } from "../surplus/make-ladder.ts";
import { forecastChanceAt, untaught } from "../surplus/recall-chance.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert, later, minGpus, NO_GPUS } from "../units.ts";
import { MarketWriter } from "./market-writer.ts";
import { Scorecard } from "./scorecard.ts";

export const FABRIC = "main";
export const POOL = "pool";

export interface WalkSetup {
  readonly sku: string;
  readonly policy: Policy;
  /** Price of a firm GPU-hour. */
  readonly price: MicroUsdPerGpuHour;
  readonly start: EpochMs;
  readonly step: DurationMs;
  readonly capacity: Gpus;
}

/** What the owner's cluster shows at the beginning of a step. */
export interface StepReading extends DemandReading {
  /** Rise of the declared runs to the step after, as declared by now. */
  readonly declaredRiseNext: Gpus;
}

/**
 * One market walked along the owner's demand: (a) the demand arrives, (b) who must make way does, (c) what falls due
 * is handed over, (d) the new forecast brings precautions and a new ladder to sell from.
 */
export class OwnerWalk {
  readonly writer: MarketWriter;
  readonly score: Scorecard;
  readonly #setup: WalkSetup;
  #demand: Gpus | null = null;
  #recalls = 0;

  constructor(setup: WalkSetup) {
    this.#setup = setup;
    const { policy, start, sku } = setup;
    this.score = new Scorecard(
      policy.rungs.map((rung) => rung.notice),
      policy.lot,
    );
    this.writer = new MarketWriter(start, (event) => this.score.listen(event));
    const fabrics = [{ id: FABRIC, gpus: setup.capacity }];
    this.writer.must({ type: "open_pool", pool: { id: POOL, sku, site: "", fabrics }, policy });
  }

  get pool(): PoolState {
    return poolOf(this.writer.state, POOL);
  }

  /** (c): what has fallen due by now is handed over. */
  pass(now: EpochMs): void {
    this.writer.must({ type: "advance", now });
  }

  /** Demand that has fallen, or that is served already: nobody needs to make way. */
  noteDemand(demand: Gpus): void {
    this.#demand = demand;
  }

  /** (a) to (c). @returns how long the GPUs of declared runs, and of a surprise run, wait */
  arrive(reading: StepReading): readonly Waits[] {
    const { now, capacity } = reading;
    this.pass(now);
    this.read(now, reading.demand, capacity);
    const arrival = arrivalOf(reading, this.#demand, this.writer.state.recalls.values());
    this.#demand = arrival.demand;
    return this.#makeWay(arrival);
  }

  /** The cluster is down: contracts end without blame, and demand starts anew afterwards. */
  breakDown(now: EpochMs): void {
    this.pass(now);
    this.writer.must({ type: "interrupt", pool: POOL, now });
    this.#demand = null;
  }

  /** (d), without the sales. */
  plan(reading: StepReading, forecast: DemandForecast): void {
    const { policy, price, step } = this.#setup;
    const { now, capacity } = reading;
    const ladder = makeLadder({
      policy,
      price,
      now,
      knownFor: step,
      demand: minGpus(reading.demand, capacity),
      capacity,
      declaredRise: reading.declaredRiseNext,
      forecast,
      caution: (rung) => {
        const caution = this.pool.cautions.get(rung.notice);
        return caution === undefined ? NO_GPUS : cautionGpus(caution, capacity, now);
      },
      forecastChance: (rung) => {
        const model = this.pool.chances.get(rung.notice) ?? untaught();
        return forecastChanceAt(model, rung.maxRecallChance, later(now, rung.duration));
      },
    });
    this.writer.must({ type: "publish_ladder", pool: POOL, ladder });
    const takings = precautions(this.pool.holdings, policy, ladder, step);
    this.#recall(now, takings, "precaution");
  }

  /** Counts what still runs when the trace is over. */
  close(end: EpochMs): void {
    this.pass(end);
    this.score.close(this.pool.holdings.all(), end);
  }

  /** The owner's reading. */
  read(now: EpochMs, demand: Gpus, capacity: Gpus): void {
    const reading = { at: now, demand, fabrics: [{ id: FABRIC, gpus: capacity }] };
    this.writer.must({ type: "read_owner", pool: POOL, reading });
  }

  #makeWay(arrival: ReadArrival): Waits[] {
    const { policy } = this.#setup;
    const { holdings } = this.pool;
    this.#breach(arrival.now, meetAtOnce(holdings, policy, arrival));
    const response = meetSurprise(holdings, policy, arrival);
    this.#recall(arrival.now, response.recalls, "surprise");
    this.#breach(arrival.now, response.breaches);
    return waitsOfArrival(holdings, policy, arrival, response.recalls);
  }

  #recall(now: EpochMs, takings: readonly Taking[], reason: RecallReason): void {
    for (const [due, together] of groupByDue(takings)) {
      this.#recalls += 1;
      const recall = `r${this.#recalls}`;
      const refusal = this.writer.do({
        type: "give_recall",
        recall,
        pool: POOL,
        now,
        due,
        reason,
        takings: together,
      });
      assert(refusal === null, `a planned recall is lawful (${refusal})`);
    }
  }

  #breach(now: EpochMs, takings: readonly Taking[]): void {
    for (const [at, together] of groupByDue(takings)) {
      const refusal = this.writer.do({ type: "breach", pool: POOL, now, at, takings: together });
      assert(refusal === null, `a planned breach finds what it takes (${refusal})`);
    }
  }
}

function groupByDue(takings: readonly Taking[]): Map<EpochMs, Taking[]> {
  const groups = new Map<EpochMs, Taking[]>();
  for (const taking of takings) {
    const group = groups.get(taking.due);
    if (group) group.push(taking);
    else groups.set(taking.due, [taking]);
  }
  return groups;
}
