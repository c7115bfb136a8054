import type { Job } from "../fleet/job.ts";
import type { Order } from "../market/order.ts";
import type { Policy, Rung } from "../policy/policy.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert, durationMs, gpus, later, MINUTE_MS, scalePrice, wholeLots } from "../units.ts";
import type { MarketWriter } from "./market-writer.ts";

/** Who buys in a backtest: called once a step, after the ladder is published. */
export interface Buyers {
  buy(writer: MarketWriter, now: EpochMs): void;
}

export interface Saturation {
  readonly sku: string;
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
  readonly capacity: Gpus;
}

/**
 * At every step and each notice, longest first, a buyer takes any number of lots from now for the longest duration
 * that is sold there, at the list price.
 */
export function saturatedBuyers({ sku, policy, price, capacity }: Saturation): Buyers {
  let orders = 0;
  return {
    buy(writer, now) {
      for (const rung of policy.rungs) {
        orders += 1;
        writer.do({
          type: "place_order",
          now,
          order: {
            id: `o${orders}`,
            account: "anyone",
            side: "buy",
            sku,
            gpus: wholeLots(capacity, policy.lot),
            start: { earliest: now, latest: now },
            duration: { min: rung.duration, max: rung.duration },
            limit: scalePrice(price, rung.priceFactor),
            noticeAtLeast: rung.notice,
            fabric: "any",
            fill: "partial",
            lifetime: "immediate",
            expires: null,
            contract: null,
          },
        });
      }
    },
  };
}

export interface JobDemand {
  readonly sku: string;
  /** The whole ladder, of which each buyer has a rung in mind. */
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
  readonly jobs: readonly Job[];
  /** How long after its arrival a job may still start. */
  readonly patience: DurationMs;
  readonly seed: number;
}

/**
 * Jobs that arrive as buyers: each wants its GPUs (in whole lots) for its duration, in one piece, to start within its
 * patience, at a notice that it draws evenly from the rungs, at that rung's list price. A job longer than the rung's
 * contracts buys the longest. The log is moved in time so that its first job arrives when the first ladder is out.
 */
export function jobBuyers(demand: JobDemand): Buyers {
  const jobs = demand.jobs.toSorted((a, b) => a.submit - b.submit);
  let next = 0;
  let offset: number | null = null;
  return {
    buy(writer, now) {
      offset ??= now - (jobs[0]?.submit ?? 0);
      for (
        let job = jobs[next];
        job !== undefined && job.submit + offset <= now;
        job = jobs[next]
      ) {
        next += 1;
        writer.do({ type: "place_order", now, order: orderOf(demand, job, next, now) });
      }
      for (const order of Array.from(writer.state.book.buys())) {
        writer.do({ type: "match_order", order: order.id, now });
      }
    },
  };
}

function orderOf(demand: JobDemand, job: Job, number: number, now: EpochMs): Order {
  const { policy, price, sku, patience, seed } = demand;
  const rung = tasteOf(policy, seed, number);
  const minutes = Math.max(1, Math.ceil(job.duration / MINUTE_MS));
  const duration = durationMs(Math.min(minutes * MINUTE_MS, rung.duration));
  const until = later(now, patience);
  return {
    id: `j${number}`,
    account: job.group,
    side: "buy",
    sku,
    gpus: gpus(Math.ceil(job.gpus / policy.lot) * policy.lot),
    start: { earliest: now, latest: until },
    duration: { min: duration, max: duration },
    limit: scalePrice(price, rung.priceFactor),
    noticeAtLeast: rung.notice,
    fabric: "any",
    fill: "all-or-none",
    lifetime: "standing",
    expires: later(until, MINUTE_MS),
    contract: null,
  };
}

/** The rung that buyer `number` has in mind: a hash of seed and number (Wang's 32-bit integer mix), evenly over the rungs. */
function tasteOf(policy: Policy, seed: number, number: number): Rung {
  let hash = Math.imul(seed + 1, 0x9e3779b1) ^ number;
  hash = Math.imul(hash ^ 61 ^ (hash >>> 16), 9);
  hash = Math.imul(hash ^ (hash >>> 4), 0x27d4eb2d);
  hash = (hash ^ (hash >>> 15)) >>> 0;
  const rung = policy.rungs[hash % policy.rungs.length];
  assert(rung !== undefined, "a policy has at least one rung");
  return rung;
}
