import { expect, test } from "vitest";
import { FAMILIES } from "../demo/families.ts";
import type { JobLog } from "../fleet/job.ts";
import type { JobEvent } from "../fleet/owner-queue.ts";
import { replay } from "../fleet/replay.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { findOutages, largestCapacity } from "../fleet/usage.ts";
import { benchmarkLike } from "./policy.test-data.ts";
import type { Policy } from "../policy/policy.ts";
import type { DurationMs } from "../units.ts";
import {
  durationMs,
  epochMs,
  gpus,
  HOUR_MS,
  microUsdPerGpuHour,
  MINUTE_MS,
  wholeLots,
} from "../units.ts";
import type { Market } from "./backtest.ts";
import { SKU, walkTrace } from "./backtest.ts";
import { saturatedBuyers } from "./buyers.ts";
import { onTheMinute } from "./jobs-owner.ts";
import type { BacktestRun } from "./run-backtest.ts";
import { runBacktest } from "./run-backtest.ts";

const PRICE = microUsdPerGpuHour(2_000_000n);

function traceOf(name: string, days: number, seed = 5): UsageTrace {
  const family = FAMILIES.find((each) => each.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  return family.generate({ seed, days }).trace;
}

function run(trace: UsageTrace, change: Partial<BacktestRun> = {}) {
  return runBacktest({
    past: { kind: "usage", trace },
    calendar: [],
    policy: benchmarkLike(),
    price: PRICE,
    demand: null,
    seed: 1,
    onProgress: () => {},
    ...change,
  });
}

/** The state's hash after each step. */
function hashes(
  trace: UsageTrace,
  log: JobLog | null = null,
  plainStarts: readonly JobEvent[] = [],
): string[] {
  const seen: string[] = [];
  const capacity = largestCapacity(trace);
  const buyers = (policy: Policy) => saturatedBuyers({ sku: SKU, policy, price: PRICE, capacity });
  const input = { trace, log, plainStarts, calendar: [], policy: benchmarkLike(), price: PRICE };
  walkTrace({ ...input, buyers, onProgress: () => {} }, (_, market: Market) => {
    seen.push(market.writer.state.hash.toString());
  });
  return seen;
}

/** Three weeks of jobs, one every 20 minutes, of sizes that change with `taste` after minute `from`. */
function logOf(from: number, taste: number): JobLog {
  const jobs = Array.from({ length: 17 * 72 }, (_, index) => {
    const minute = index * 20 + 3;
    const mixed = (index * 7 + (minute > from ? taste : 0)) % 11;
    return {
      id: String(index),
      submit: epochMs(minute * MINUTE_MS),
      duration: durationMs((20 + mixed * 17) * MINUTE_MS),
      gpus: gpus(1 + mixed),
      group: "",
      start: null,
    };
  });
  return onTheMinute({ name: "jobs", jobs });
}

function hashesOfLog(log: JobLog, step: DurationMs): string[] {
  const { trace, starts } = replay(log, { capacity: gpus(64), step });
  return hashes(trace, log, starts);
}

/** The trace with another future from a step on. */
function withFuture(trace: UsageTrace, from: number): UsageTrace {
  const demand = trace.demand.map((value, index) =>
    index < from ? value : Math.max(1, (trace.total[index] ?? 0) - value),
  );
  const outage = findOutages(demand, trace.total, { step: trace.step, outages: "drop" });
  return { ...trace, demand, outage };
}

test("another future changes nothing before it", () => {
  const trace = traceOf("diurnal", 18);
  const from = 24 * 16;
  const [one, other] = [hashes(trace), hashes(withFuture(trace, from))];
  expect(other.slice(0, from)).toEqual(one.slice(0, from));
  expect(other.slice(from)).not.toEqual(one.slice(from));
});

test.each([10, 60])("nor do other jobs later in a log, in steps of %d minutes", (minutes) => {
  const step = durationMs(minutes * MINUTE_MS);
  const change = 16 * 24 * 60 + 25;
  const one = hashesOfLog(logOf(change, 0), step);
  const other = hashesOfLog(logOf(change, 5), step);
  const known = Math.floor(change / minutes) + 1;
  expect(other.slice(0, known)).toEqual(one.slice(0, known));
  expect(other.slice(known)).not.toEqual(one.slice(known));
});

test("idle and owner's hours are those of the trace after the warm-up, in whole lots", () => {
  const trace = traceOf("changing regimes", 24);
  const { report } = run(trace);
  const first = report.trace.warm_up_hours;
  let [idle, owner] = [0, 0];
  for (let hour = first; hour < trace.demand.length; hour++) {
    const [demand, total] = [trace.demand[hour] ?? 0, trace.total[hour] ?? 0];
    idle += wholeLots(total - demand, gpus(8));
    owner += Math.min(demand, total);
  }
  expect(first).toBe(14 * 24 - 1);
  expect(report.trace.idle_gpu_hours).toBe(idle);
  expect(report.trace.owner_gpu_hours).toBe(owner);
});

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

const bursts = run(traceOf("bursts of large runs", 40));

test("the parts add up", () => {
  const { report, series } = bursts;
  const rows = report.sold.by_notice;
  expect(sum(rows.map((row) => row.gpu_hours))).toBeCloseTo(report.sold.gpu_hours, 6);
  expect(sum(rows.map((row) => row.revenue_usd))).toBeCloseTo(report.revenue_usd, 4);
  expect(sum(rows.map((row) => row.breached_gpu_hours))).toBeCloseTo(report.breach.gpu_hours, 6);
  const drawn = series.capacity.map((total, i) => {
    const sold = series.by_notice.map(({ gpus: held }) => held[i] ?? 0);
    return total - (series.owner[i] ?? 0) - sum(sold) - (series.unsold[i] ?? 0);
  });
  expect(Math.max(...drawn.map(Math.abs))).toBe(0);
});

test("at the end of each step nothing is sold beside what the owner uses that is not there", () => {
  const { series } = run(traceOf("queueing", 20));
  series.capacity.forEach((total, i) => {
    const held = series.by_notice.reduce((sum, { gpus: each }) => sum + (each[i] ?? 0), 0);
    expect((series.owner[i] ?? 0) + held).toBeLessThanOrEqual(total);
  });
});

test("an outage is neither idle nor sold, and breaks no promise", () => {
  const trace = traceOf("outage", 40);
  const { report, series } = run(trace);
  expect(report.trace.outage_hours).toBe(30);
  const down = series.outage.map((out, index) => (out ? index : -1)).filter((index) => index >= 0);
  for (const index of down) {
    expect(series.by_notice.map(({ gpus: held }) => held[index])).toEqual([0, 0, 0, 0, 0]);
    expect(series.breached[index]).toBe(0);
  }
});

test("a surprise run waits for the notice of what is recalled for it, and no longer than it may", () => {
  const { owner } = bursts.report;
  expect([2, 15]).toContain(owner.wait_minutes.max);
  expect(owner.policy_violations).toBe(0);
  expect(owner.delayed_gpu_hours).toBeGreaterThan(0);
});

test("declared runs wait for nothing", () => {
  const trace = traceOf("nearly empty", 24);
  const start = trace.start + 20 * 24 * HOUR_MS;
  const demand = trace.demand.map((value, index) =>
    index >= 20 * 24 && index < 21 * 24 ? value + 640 : value,
  );
  const declared = {
    declared: start - 48 * HOUR_MS,
    start,
    duration: 24 * HOUR_MS,
    gpus: 640,
    group: "run",
  };
  const calendar = [declared] as unknown as BacktestRun["calendar"];
  const told = run({ ...trace, demand }, { calendar }).report;
  const untold = run({ ...trace, demand }).report;
  expect(told.owner.policy_violations).toBe(0);
  expect(told.owner.delayed_gpu_hours).toBeLessThan(untold.owner.delayed_gpu_hours);
});

test("where the policy lets the owner wait, runs do, and it is counted", () => {
  const waiting = { ...benchmarkLike(), onShortfall: "wait" as const };
  const { owner, breach } = run(traceOf("bursts of large runs", 40), { policy: waiting }).report;
  expect(breach.gpu_hours).toBe(0);
  expect(owner.policy_violations).toBeGreaterThan(0);
  expect(owner.wait_minutes.max).toBeGreaterThan(15);
});

test("of a policy without a firm rung there is no firm market to compare with", () => {
  const all = benchmarkLike();
  const { report } = run(traceOf("tiny", 24), { policy: { ...all, rungs: all.rungs.slice(-1) } });
  expect(report.revenue_usd).toBe(report.spot_only_revenue_usd);
  expect(report.firm_only_revenue_usd).toBe(0);
  expect(report.firm).toEqual({ gpu_hours: 0, broken_share: null, share_of_oracle: 0 });
});

test("the same trace gives the same state, on any machine", () => {
  const { report } = run(traceOf("tiny", 24));
  // A change of the core that changes decisions changes this: then say so, and pin the new one.
  expect(report.state_hash).toBe("6c363293c3368d62");
});
