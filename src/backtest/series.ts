import type { UsageTrace } from "../fleet/usage.ts";
import { hourReadings, largestCapacity, stepStart } from "../fleet/usage.ts";
import { formatNotice } from "../policy/duration.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { LEADS_HOURS } from "../surplus/forecast.ts";
import { quantileAt } from "../surplus/quantiles.ts";
import type { EpochMs } from "../units.ts";
import { HOUR_MS, later, MINUTE_MS } from "../units.ts";
import type { Market, Observer } from "./backtest.ts";
import type { BacktestSeries } from "./report.ts";

type Fan = BacktestSeries["fans"][number];

const FANS = 12;
const FAN_LEADS = LEADS_HOURS.filter((lead) => lead <= 168);

/** Records what the page draws, while the main market walks. */
export class SeriesRecorder {
  readonly #trace: UsageTrace;
  readonly #held = new Map<string, Int32Array>();
  readonly #recalled: Float64Array;
  readonly #breached: Float64Array;
  readonly #fans: Omit<Fan, "came">[] = [];
  #listening = false;

  constructor(trace: UsageTrace) {
    this.#trace = trace;
    this.#recalled = new Float64Array(trace.demand.length);
    this.#breached = new Float64Array(trace.demand.length);
  }

  readonly observe: Observer = (index, market, forecast) => {
    if (!this.#listening) this.#listen(market);
    this.#recordHeld(index, market);
    const every = Math.ceil(this.#trace.demand.length / (FANS + 1));
    if (forecast !== null && index % every === every - 1) {
      this.#fans.push(fanOf(forecast, largestCapacity(this.#trace)));
    }
  };

  series(calibration: BacktestSeries["calibration"]): BacktestSeries {
    const { demand, total, outage } = this.#trace;
    const owner = Array.from(demand, (value, i) =>
      outage[i] ? 0 : Math.min(value, total[i] ?? 0),
    );
    const held = [...this.#held].map(([notice, gpus]) => ({ notice, gpus: Array.from(gpus) }));
    return {
      time: Array.from(demand, (_, i) => new Date(stepStart(this.#trace, i)).toISOString()),
      capacity: Array.from(total),
      owner,
      queued: Array.from(demand, (value, i) => Math.max(0, value - (total[i] ?? 0))),
      by_notice: held,
      unsold: owner.map((used, i) => {
        const sold = held.reduce((sum, { gpus }) => sum + (gpus[i] ?? 0), 0);
        return outage[i] ? 0 : Math.max(0, (total[i] ?? 0) - used - sold);
      }),
      outage: Array.from(outage, (value) => value === 1),
      recalled: Array.from(this.#recalled),
      breached: Array.from(this.#breached),
      fans: this.#drawFans(),
      calibration,
    };
  }

  #listen({ score }: Market): void {
    this.#listening = true;
    const { start, step } = this.#trace;
    const add = (counts: Float64Array) => (at: EpochMs, gpus: number) => {
      const index = Math.floor((at - start) / step);
      if (index < counts.length) counts[index] = (counts[index] ?? 0) + gpus;
    };
    score.onRecalled = add(this.#recalled);
    score.onBreached = add(this.#breached);
  }

  /** What each notice holds at the end of the step, when all that made way within it is gone. */
  #recordHeld(index: number, { walk, policy }: Market): void {
    const end = later(stepStart(this.#trace, index), this.#trace.step);
    const last = { start: (end - MINUTE_MS) as EpochMs, end };
    let longer = 0;
    for (const { notice } of policy.rungs) {
      const atLeast = walk.pool.holdings.heldAtLeast(notice, last);
      const label = formatNotice(notice);
      const gpus = this.#held.get(label) ?? new Int32Array(this.#trace.demand.length);
      gpus[index] = atLeast - longer;
      this.#held.set(label, gpus);
      longer = atLeast;
    }
  }

  #drawFans(): Fan[] {
    const hours = hourReadings(this.#trace);
    const first = hours[0]?.start ?? 0;
    const capacity = largestCapacity(this.#trace);
    return this.#fans.map((fan) => {
      const next = (Date.parse(fan.origin) - first) / HOUR_MS;
      const came = FAN_LEADS.map((lead) => hours[next + lead - 1]?.mean ?? null);
      return {
        ...fan,
        came: came.map((mean) => (mean === null ? null : Math.round(mean * capacity))),
      };
    });
  }
}

function fanOf(forecast: DemandForecast, capacity: number): Omit<Fan, "came"> {
  const means = FAN_LEADS.map((lead) => forecast.mean(lead));
  const at = (level: number): number[] =>
    means.map((quantiles) => Math.round(quantileAt(quantiles, level) * capacity));
  return {
    origin: new Date(forecast.origin).toISOString(),
    lead_hours: FAN_LEADS,
    q05: at(0.05),
    q25: at(0.25),
    q50: at(0.5),
    q75: at(0.75),
    q95: at(0.95),
  };
}
