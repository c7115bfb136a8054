import { runBacktest } from "../src/backtest/run-backtest.ts";
import type { UsageTrace } from "../src/fleet/usage.ts";
import type { Policy } from "../src/policy/policy.ts";
import { assert, DAY_MS } from "../src/units.ts";
import { A100, type Case, PRICE, usageCases } from "./cases.ts";
import { timed } from "./machine.ts";
import { percent, table } from "./markdown.ts";

const REAL_DAYS = 181;
/** What is longer than the trace repeats it. */
const DAYS = [30, 60, 120, REAL_DAYS, 2 * REAL_DAYS, 4 * REAL_DAYS];

const ROUNDS = 2;

interface Length {
  readonly days: number;
  readonly steps: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Walks the A100 trace at several lengths, round by round, once before to warm up; the quicker round counts. */
export async function measureLengths(policy: Policy, most: number): Promise<Length[]> {
  const trace = await a100();
  const traces = DAYS.filter((days) => days <= most).map((days) => ofDays(trace, days));
  const [shortest] = traces;
  if (shortest !== undefined) walk(shortest, policy);
  const rounds = Array.from({ length: ROUNDS }, () => traces.map((each) => measure(each, policy)));
  return traces.map((_, index) => quickest(rounds.flatMap((round) => round[index] ?? [])));
}

function measure(trace: UsageTrace, policy: Policy): Length {
  const days = (trace.demand.length * trace.step) / DAY_MS;
  const { seconds, cpuSeconds } = timed(() => walk(trace, policy));
  console.error(`${days} days: ${seconds.toFixed(1)} s`);
  return { days, steps: trace.demand.length, seconds, cpuSeconds };
}

function quickest(lengths: readonly Length[]): Length {
  return lengths.reduce((best, each) => (each.cpuSeconds < best.cpuSeconds ? each : best));
}

export async function a100(): Promise<UsageTrace> {
  const found: Case | undefined = usageCases().find(({ name }) => name === A100);
  assert(found !== undefined, "the A100 trace is a case");
  const { past } = await found.load();
  assert(past.kind === "usage", "the A100 trace is of usage");
  return past.trace;
}

function walk(
  trace: UsageTrace,
  policy: Policy,
  onProgress: (done: number) => void = unseen,
): void {
  const past = { kind: "usage", trace } as const;
  runBacktest({
    past,
    calendar: [],
    policy,
    price: PRICE,
    demand: null,
    seed: 1,
    onProgress,
  });
}

export function unseen(): void {}

/** The trace cut off after, or repeated until, so many days. */
export function ofDays(trace: UsageTrace, days: number): UsageTrace {
  const length = (days * DAY_MS) / trace.step;
  return {
    ...trace,
    demand: Int32Array.from({ length }, over(trace.demand)),
    total: Int32Array.from({ length }, over(trace.total)),
    outage: Uint8Array.from({ length }, over(trace.outage)),
  };
}

function over(values: Int32Array | Uint8Array) {
  return (_: unknown, index: number): number => values[index % values.length] ?? 0;
}

/** Processor time for a step at each length, and how it compares with the length before. */
export function lengthTable(lengths: readonly Length[]): string {
  const rows = lengths.map((length, index) => {
    const before = lengths[index - 1];
    return [
      String(length.days),
      String(length.steps),
      length.seconds.toFixed(1),
      length.cpuSeconds.toFixed(1),
      (perStep(length) * 1000).toFixed(2),
      before === undefined ? "" : percent(perStep(length) / perStep(before) - 1, 0),
    ];
  });
  const head = ["days", "steps", "elapsed, s", "processor, s", "processor a step, ms"];
  return table([...head, "more than before"], rows);
}

function perStep({ cpuSeconds, steps }: Length): number {
  return cpuSeconds / steps;
}

/**
 * Processor seconds of each quarter of one walk over the trace four times: the same demand each time, later and later.
 * Within one walk the machine is the same; between walks it is not.
 */
export async function measureQuarters(policy: Policy): Promise<number[]> {
  const trace = ofDays(await a100(), 4 * REAL_DAYS);
  const marks = [process.cpuUsage()];
  walk(trace, policy, (done) => {
    if (done * 4 >= marks.length) marks.push(process.cpuUsage());
  });
  return marks.slice(1).map((mark, index) => seconds(mark) - seconds(marks[index] ?? mark));
}

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000_000;
}

export function quartersTable(quarters: readonly number[]): string {
  const head = quarters.map(
    (_, index) => `days ${index * REAL_DAYS} to ${(index + 1) * REAL_DAYS}`,
  );
  return table(["processor, s", ...head], [["", ...quarters.map((each) => each.toFixed(1))]]);
}

/** The last quarter ÷ the second: in the first, the forecast has not filled its memory yet. */
export function growthWithLength(quarters: readonly number[]): number {
  const [, second, , last] = quarters;
  return second === undefined || last === undefined ? Infinity : last / second;
}
