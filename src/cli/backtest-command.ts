import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import type { BacktestResult } from "../backtest/report.ts";
import type { BacktestRun } from "../backtest/run-backtest.ts";
import { readTrace } from "../readers/detect.ts";
import { readPolicy } from "../readers/policy-json.ts";
import { readDuration } from "../readers/duration.ts";
import type { ReadOptions } from "../readers/options.ts";
import { READ_STRICTLY } from "../readers/options.ts";
import { openText } from "../readers/source.ts";
import type { PageContext } from "../report/frame.ts";
import { renderHtml } from "../report/html.ts";
import { summary } from "../report/summary.ts";
import { HOUR_MS, MINUTE_MS } from "../units.ts";
import { commandLine } from "./command-line.ts";
import { demoHistories, readHistory } from "./histories.ts";
import { parseGpus, parsePrice, parseSeed, UsageError } from "./options.ts";
import { checkPage, pagePaths, writePage } from "./pages.ts";
import { startProgress } from "./progress.ts";
import { writeError } from "./stderr.ts";
import { version } from "./version.ts";

interface Options {
  readonly demo?: true;
  readonly gpus?: string;
  readonly calendar?: string;
  readonly declaredAhead: string;
  readonly policy: string;
  readonly demand: string;
  readonly patience: string;
  readonly price: string;
  readonly seed: string;
  readonly step: string;
  readonly gaps: ReadOptions["gaps"];
  readonly outages: ReadOptions["outages"];
  readonly skipBadRows?: true;
  readonly timezone: string;
  readonly json?: true;
  readonly html?: string;
}

const BENCHMARK_POLICY = fileURLToPath(new URL("../../policies/benchmark.json", import.meta.url));

const EXAMPLES = `
FILE is a cluster's history: usage (time,gpus_in_use,gpus_total), jobs (submit_time,duration_s,gpus,group),
"sacct -P" with AllocTRES, or "sacct --json"; plain or gzip, - for standard input. It needs more than two weeks.

Examples:
  spillway backtest --demo                              a synthetic site with three kinds of GPU
  spillway backtest usage.csv --html report.html        the summary, and a page with charts
  spillway backtest jobs.csv.gz --gpus 2500 --json      from a job log; the figures as JSON
  sacct -a -X -D -P -S 2026-01-01 -o JobID,Submit,Start,End,State,AllocTRES |
    spillway backtest - --gpus 512 --timezone Europe/Berlin
  spillway backtest usage.csv --calendar runs.csv --policy my-policy.json

A policy file is shown by: cat policies/benchmark.json; its words are in docs/policy.md.
`;

export function backtestCommand(): Command {
  return new Command("backtest")
    .description(
      "Walk a cluster's history: what would its idle GPUs have earned, and would training have waited?",
    )
    .argument("[FILE]", "the cluster's history")
    .option("--demo", "a generated site instead of a file")
    .option("--gpus <N>", "GPUs of the cluster, in place of the file's (job logs need it)")
    .option("--calendar <FILE>", "the owner's declared training runs")
    .option(
      "--declared-ahead <DURATION>",
      "how long ahead runs without declared_time were known",
      "24h",
    )
    .addOption(
      new Option("--policy <FILE>", "the owner's policy").default(
        BENCHMARK_POLICY,
        "policies/benchmark.json",
      ),
    )
    .option(
      "--demand <saturated|FILE>",
      "who buys: anyone at list price, or a jobs CSV",
      "saturated",
    )
    .option("--patience <DURATION>", "how long a buyer from a jobs CSV waits to start", "6h")
    .option("--price <USD>", "price of a firm GPU-hour", "2.00")
    .option("--seed <N>", "for whatever is drawn: the demo's clusters, the buyers' tastes", "1")
    .option("--step <DURATION>", "step of a replayed job log", "10m")
    .addOption(choice("--gaps <HOW>", "missing rows of usage", ["refuse", "hold", "drop"]))
    .addOption(choice("--outages <HOW>", "usage of 0 for an hour or more", ["drop", "keep"]))
    .option("--skip-bad-rows", "leave bad rows out and count them, instead of stopping")
    .option("--timezone <ZONE>", "of sacct's times, which have none", "UTC")
    .option("--json", "print the figures as JSON instead of the summary")
    .option("--html <FILE>", "also write a self-contained page with charts")
    .addHelpText("after", EXAMPLES)
    .action(backtest);
}

function choice(flags: string, description: string, choices: readonly string[]): Option {
  const [first] = choices;
  return new Option(flags, description).choices(choices).default(first);
}

async function backtest(file: string | undefined, options: Options): Promise<void> {
  if ((file === undefined) === (options.demo === undefined)) {
    throw new UsageError("give a FILE, or --demo instead of one; see spillway backtest --help");
  }
  const reading = readOptions(options);
  if (options.demo && (options.gpus ?? options.calendar) !== undefined) {
    throw new UsageError(
      "--demo brings its own GPUs and calendars: leave --gpus and --calendar out",
    );
  }
  const price = parsePrice("--price", options.price);
  const seed = parseSeed("--seed", options.seed);
  const policy = await readPolicy(await openText(options.policy));
  const demand = await readDemand(options);
  const histories =
    file === undefined ? demoHistories(seed) : [await historyOf(file, options, reading)];
  const pages = pagePaths(options.html, histories);
  const inputs = [file, options.calendar, options.policy, options.demand];
  const read = inputs.filter((input) => input !== undefined);
  for (const page of pages) await checkPage(page, read);
  // Loaded only once there is something to walk: most of the core, which no other command here needs.
  const { runBacktest } = await import("../backtest/run-backtest.ts");
  const results = histories.map(({ name, notes, ...history }) => {
    say(notes);
    const progress = startProgress(name);
    try {
      const onProgress = progress.update;
      return runBacktest({ ...history, policy, price, seed, demand, onProgress });
    } finally {
      progress.stop();
    }
  });
  await writePages(results, pages, pageContext(file, options));
  print(results, options);
}

async function historyOf(file: string, options: Options, reading: ReadOptions) {
  const { calendar } = options;
  const step = readDuration("--step", options.step);
  if (step < MINUTE_MS || step > HOUR_MS || HOUR_MS % step !== 0) {
    throw new UsageError(`--step is between 1m and 1h and divides the hour, not "${options.step}"`);
  }
  return readHistory({ file, calendar, step }, reading);
}

async function readDemand({ demand, patience }: Options): Promise<BacktestRun["demand"]> {
  if (demand === "saturated") return null;
  const read = await readTrace(demand, READ_STRICTLY);
  if (read.kind === "jobs") {
    return { jobs: read.log.jobs, patience: readDuration("--patience", patience) };
  }
  throw new UsageError(`--demand takes "saturated" or a log of jobs; ${demand} is ${read.format}`);
}

function readOptions(options: Options): ReadOptions {
  return {
    gaps: options.gaps,
    outages: options.outages,
    skipBadRows: options.skipBadRows === true,
    gpus: options.gpus === undefined ? null : parseGpus("--gpus", options.gpus),
    timezone: options.timezone,
    declaredAhead: readDuration("--declared-ahead", options.declaredAhead),
  };
}

function say(notes: readonly string[]): void {
  for (const note of notes) writeError(`note: ${note}\n`);
}

function pageContext(file: string | undefined, options: Options): PageContext {
  const { calendar, policy, demand, html } = options;
  const paths = [file, calendar, policy, demand, html].filter((path) => path !== undefined);
  return {
    policyName: basename(policy, ".json"),
    version: version(),
    command: commandLine(process.argv.slice(2), paths),
  };
}

/** @param pages the path of each result's page, or none at all */
async function writePages(
  results: readonly BacktestResult[],
  pages: readonly string[],
  context: PageContext,
): Promise<void> {
  for (const [index, result] of results.entries()) {
    const page = pages[index];
    if (page === undefined) return;
    await writePage(page, renderHtml(result, context));
    writeError(`wrote ${page}\n`);
  }
}

function print(results: readonly BacktestResult[], options: Options): void {
  if (options.json === true) {
    const reports = results.map((result) => result.report);
    process.stdout.write(
      `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`,
    );
    return;
  }
  const { columns, isTTY } = process.stdout;
  const width = isTTY ? Math.min(columns, 120) : 100;
  const color = isTTY && process.env["NO_COLOR"] === undefined;
  for (const result of results) {
    process.stdout.write(`${summary(result, { color, width })}\n`);
  }
}
