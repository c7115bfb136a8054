import type { BacktestReport } from "../src/backtest/report.ts";
import type { Past } from "../src/backtest/run-backtest.ts";
import { demoHistories, readHistory } from "../src/cli/histories.ts";
import { FAMILIES } from "../src/demo/families.ts";
import type { DeclaredRun } from "../src/fleet/calendar.ts";
import type { Policy } from "../src/policy/policy.ts";
import { readTrace } from "../src/readers/detect.ts";
import { READ_STRICTLY } from "../src/readers/options.ts";
import { readPolicy } from "../src/readers/policy-json.ts";
import { openText } from "../src/readers/source.ts";
import type { DurationMs, Gpus } from "../src/units.ts";
import { assert, gpus, microUsdPerGpuHour, MINUTE_MS } from "../src/units.ts";
import { dataPath } from "../test/data.ts";
import { USAGE_FILES } from "./forecast-trace.ts";
import { capacityFor } from "./job-load.ts";

/** Measured clusters, replayed job logs, clusters that are not there, and the demo's. */
type Group = "usage" | "jobs" | "family" | "demo";

/** A cluster's past to walk through. */
export interface Case {
  readonly name: string;
  readonly group: Group;
  readonly load: () => Promise<CasePast>;
}

export interface CasePast {
  readonly past: Past;
  readonly calendar: readonly DeclaredRun[];
}

/** What the walk through a case reported. */
export interface Ran {
  readonly name: string;
  readonly group: Group;
  readonly report: BacktestReport;
}

/** Price of a firm GPU-hour: two dollars, the command's default. */
export const PRICE = microUsdPerGpuHour(2_000_000n);
const FAMILY_DAYS = 181;
/** Step of replayed job logs: the command's default. */
const JOBS_STEP = (10 * MINUTE_MS) as DurationMs;
const KALOS_GPUS = gpus(1024);

export const A100 = "alibaba-a100-hourly";

export async function benchmarkPolicy(): Promise<Policy> {
  const file = new URL("../policies/benchmark.json", import.meta.url).pathname;
  return readPolicy(await openText(file));
}

export function usageCases(): Case[] {
  return USAGE_FILES.map((name) => ({
    name,
    group: "usage",
    load: () => readCase(`usage/${name}.csv`, null),
  }));
}

/** Every cluster on which the figures are to hold. */
export function allCases(policy: Policy, seeds: number): Case[] {
  return [...usageCases(), ...jobCases(policy), ...familyCases(seeds), ...demoCases()];
}

function jobCases(policy: Policy): Case[] {
  const philly = "jobs/philly-2017.csv.gz";
  return [
    {
      name: "kalos-2023-llm-runs",
      group: "jobs",
      load: () => readCase("jobs/kalos-2023-llm-runs.csv", KALOS_GPUS),
    },
    {
      name: "philly-2017",
      group: "jobs",
      load: async () => readCase(philly, await capacityOf(philly, policy.lot)),
    },
  ];
}

async function readCase(name: string, capacity: Gpus | null): Promise<CasePast> {
  const files = { file: dataPath(name), calendar: undefined, step: JOBS_STEP };
  return readHistory(files, { ...READ_STRICTLY, gpus: capacity });
}

async function capacityOf(name: string, lot: Gpus): Promise<Gpus> {
  const read = await readTrace(dataPath(name), READ_STRICTLY);
  assert(read.kind === "jobs", `${name} is a log of jobs`);
  return capacityFor(read.log, lot);
}

function familyCases(seeds: number): Case[] {
  return Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
    FAMILIES.map(({ name, generate }) => ({
      name: seeds === 1 ? name : `${name}, seed ${seed}`,
      group: "family" as const,
      load: async () => {
        const { trace, calendar } = generate({ seed, days: FAMILY_DAYS });
        return { past: { kind: "usage" as const, trace }, calendar };
      },
    })),
  );
}

function demoCases(): Case[] {
  return demoHistories(1).map((history) => ({
    name: `demo ${history.name}`,
    group: "demo",
    load: async () => history,
  }));
}
