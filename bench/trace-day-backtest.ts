/** What the backtest says of the same day: the same jobs beside the same market, on paper. */
import { SKU, walkTrace } from "../src/backtest/backtest.ts";
import type { Buyers } from "../src/backtest/buyers.ts";
import { saturatedBuyers } from "../src/backtest/buyers.ts";
import { delaysOf } from "../src/backtest/jobs-owner.ts";
import type { Job } from "../src/fleet/job.ts";
import type { UsageTrace } from "../src/fleet/usage.ts";
import { largestCapacity, traceEnd } from "../src/fleet/usage.ts";
import type { Policy } from "../src/policy/policy.ts";
import type { EpochMs } from "../src/units.ts";
import { MINUTE_MS } from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { countTakenBack, type DayFigures, figuresOf, type TakenBack } from "./trace-day-figures.ts";
import { onGrid } from "./trace-day-jobs.ts";

export interface Day {
  /** By the hour, its history before it. */
  readonly trace: UsageTrace;
  readonly jobs: readonly Job[];
  /** When the day begins, and with it the selling. */
  readonly start: EpochMs;
  readonly policy: Policy;
}

/** Minute by minute, as the service reads. */
export function predict({ trace: hourly, jobs, start, policy }: Day): DayFigures {
  const trace = onGrid(hourly, MINUTE_MS);
  let taken: TakenBack | null = null;
  const walked = walkTrace(
    {
      trace,
      log: { name: trace.name, jobs },
      // There is room for all of them, so that none waits for another.
      plainStarts: jobs.map((job) => ({ job, at: job.submit })),
      calendar: [],
      policy,
      price: PRICE,
      buyers: (each) => from(start, saturated(trace, each)),
      onProgress: () => {},
    },
    (_, { score }) => (taken ??= countTakenBack(score)),
  );
  const { score, jobs: owner } = walked.ladder;
  const ofDay = jobs.filter(({ submit }) => submit >= start && submit < traceEnd(trace));
  const plain = ofDay.map((job) => ({ job, at: job.submit }));
  const delays = delaysOf(plain, owner?.starts ?? [], traceEnd(trace));
  const waits = delays.map(({ job, delay }) => ({ gpus: job.gpus, wait: delay }));
  return figuresOf(score, taken ?? { recalled: 0, breached: 0 }, waits);
}

function saturated(trace: UsageTrace, policy: Policy): Buyers {
  return saturatedBuyers({ sku: SKU, policy, price: PRICE, capacity: largestCapacity(trace) });
}

/** Nobody buys before. */
function from(start: EpochMs, buyers: Buyers): Buyers {
  return { buy: (writer, now) => (now < start ? undefined : buyers.buy(writer, now)) };
}
