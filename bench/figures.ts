/**
 * Holds the backtest against what it must reach, on every cluster: the measured ones, the replayed job logs, those that
 * are not there, and the demo's.
 */
import { parseArgs } from "node:util";
import { runBacktest } from "../src/backtest/run-backtest.ts";
import { startProgress } from "../src/cli/progress.ts";
import type { Policy } from "../src/policy/policy.ts";
import { allCases, benchmarkPolicy, type Case, PRICE, type Ran } from "./cases.ts";
import { forecastTable, forecastVerdicts, leadTable } from "./figures-forecast.ts";
import { recallTable, recallVerdicts, reliabilityTable } from "./figures-promises.ts";
import { salesTable, salesVerdicts } from "./figures-sales.ts";
import { conclusion, tally } from "./targets.ts";

const HELP = `Usage: node bench/figures.ts [options]

Runs the backtest on every cluster and prints its figures beside their targets, as Markdown.

  --only TEXT   the clusters whose name contains TEXT
  --seeds N     the clusters that are not there, from each of the seeds 1 to N (default 1, at most 20)
  --deciles     the reliability table of each cluster as well as of all
  --help        this text
`;
const MOST_SEEDS = 20;

async function walk(of: Case, policy: Policy): Promise<Ran> {
  const { past, calendar } = await of.load();
  const progress = startProgress(of.name);
  const onProgress = progress.update;
  const run = { past, calendar, policy, price: PRICE, demand: null, seed: 1, onProgress };
  const { report } = runBacktest(run);
  progress.stop();
  console.error(`${of.name}: ${(report.elapsed_ms / 1000).toFixed(1)} s`);
  return { name: of.name, group: of.group, report };
}

function print(runs: readonly Ran[], decilesOfEach: boolean): void {
  console.log(`### Sold, kept, earned\n\n${salesTable(runs)}\n`);
  console.log(`### Recalled as often as stated\n\n${recallTable(runs)}\n`);
  console.log(
    `By decile of the stated chance, all clusters together:\n\n${reliabilityTable(runs)}\n`,
  );
  for (const ran of decilesOfEach ? runs : []) {
    console.log(`${ran.name}:\n\n${reliabilityTable([ran])}\n`);
  }
  console.log(`### Forecast\n\n${forecastTable(runs)}\n`);
  if (runs.some(({ group }) => group === "usage")) {
    console.log(`Over the measured clusters, by lead:\n\n${leadTable(runs)}\n`);
  }
  const verdicts = [
    ...runs.flatMap((ran) => [...salesVerdicts(ran), ...recallVerdicts(ran)]),
    ...forecastVerdicts(runs),
  ];
  console.log(`### What was reached\n\n${tally(verdicts)}\n\n${conclusion(verdicts)}`);
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seeds: { type: "string", default: "1" },
    deciles: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const policy = await benchmarkPolicy();
  const seeds = Math.min(MOST_SEEDS, Math.max(1, Number.parseInt(values.seeds, 10)));
  const runs: Ran[] = [];
  for (const each of allCases(policy, seeds)) {
    if (each.name.includes(values.only)) runs.push(await walk(each, policy));
  }
  print(runs, values.deciles);
}
