/** `npm run sim -- --help` */
import { Command, InvalidArgumentError } from "commander";
import { startBar } from "./bar.ts";
import type { Work } from "./crew.ts";
import { liveAll } from "./crew.ts";
import { huntMutants } from "./mutants/hunt.ts";
import type { SeedReport } from "./report.ts";
import { reportOf } from "./report.ts";
import { runSeed } from "./seed.ts";
import { startStores } from "./stores.ts";
import { Tally } from "./tally.ts";

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly seed?: number;
  readonly commands: number;
  readonly jobs: number;
  readonly pglite?: true;
  readonly decided?: true;
  readonly first?: true;
  readonly mutants?: true;
  readonly mutant?: string;
}

const MOST_FAILURES = 5;

async function main(options: Options): Promise<boolean> {
  const { seed, mutants, mutant } = options;
  if (mutants === true || mutant !== undefined) return huntMutants({ ...options, only: mutant });
  return seed === undefined ? liveSeeds(options) : replay(options, seed);
}

async function liveSeeds(options: Options): Promise<boolean> {
  const { seeds, from, jobs, commands } = options;
  const tally = new Tally();
  const bar = startBar(seeds);
  const most = options.first === true ? 1 : MOST_FAILURES;
  const work: Work = { from, last: from + seeds - 1, jobs, commands, store: storeOf(options) };
  await liveAll(work, (report) => {
    tally.hear(report);
    tellFailure(report, options);
    bar.update(tally);
    return tally.failures.length < most ? "go_on" : "stop";
  });
  bar.stop();
  console.log(tally.line);
  if (options.decided === true) console.log(tally.decided.join("\n"));
  return tally.failures.length === 0;
}

/** One seed, with every command that is decided. */
async function replay(options: Options, seed: number): Promise<boolean> {
  const { commands } = options;
  const stores = await startStores(storeOf(options));
  const outcome = await runSeed({ seed, commands, openStore: stores.open, trace: say });
  await stores.stop();
  const report = reportOf(outcome, outcome);
  console.log(`${outcome.steps} steps, ${report.events} events, trace ${outcome.hash}`);
  if (report.failure !== null) console.log(report.failure.details);
  return report.failure === null;
}

function say(line: string): void {
  console.log(line);
}

/** As soon as it is known: a long run goes on. */
function tellFailure({ seed, failure }: SeedReport, options: Options): void {
  if (failure === null) return;
  const store = options.pglite === true ? " --pglite" : "";
  console.error(`seed ${seed}, step ${failure.step}: ${failure.sentence}`);
  console.error(`  again: npm run sim -- --seed ${seed} --commands ${options.commands}${store}`);
}

function storeOf({ pglite }: Options): "memory" | "pglite" {
  return pglite === true ? "pglite" : "memory";
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("give a whole number");
}

const program = new Command("sim")
  .description("live whole installations from seeds, and look for what must never be")
  .option("--seeds <count>", "how many seeds", count, 1000)
  .option("--from <seed>", "the first of them", count, 1)
  .option("--seed <seed>", "one seed, with every command that is decided", count)
  .option("--commands <count>", "commands of each seed", count, 120)
  .option("--jobs <count>", "threads", count, 2)
  .option("--pglite", "on PostgreSQL in the process, instead of in memory")
  .option("--decided", "say how often each command was decided, and how")
  .option("--first", "stop at the first seed that fails")
  .option("--mutants", "plant each known bug in a copy, and see whether the seeds find it")
  .option("--mutant <name>", "plant only this one")
  .parse();

process.exitCode = (await main(program.opts<Options>())) ? 0 : 1;
