/**
 * Does the same seed give the same state hash? The demo and a measured cluster are each walked twice, in processes of
 * their own, the second in another time zone and language; another seed must give other hashes.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { dataPath } from "../test/data.ts";
import { NOTHING, table } from "./markdown.ts";

const HELP = `Usage: node bench/hash.ts [--help]

Runs the demo backtest, and that of Venus, twice with seed 1 and prints their state hashes as Markdown. Exits with 1 if
the same seed gives two hashes, or two seeds one.
`;
const SPILLWAY = new URL("../spillway", import.meta.url).pathname;
const ELSEWHERE = { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
const VENUS = "usage/venus-2020-apr-jun-10min.csv";

interface Walk {
  readonly trace: { readonly name: string };
  readonly state_hash: string;
}

function walk(args: readonly string[], environment: NodeJS.ProcessEnv): Walk[] {
  console.error(`spillway backtest ${args.join(" ")}`);
  const env = { ...process.env, ...environment };
  const maxBuffer = 64 * 1024 * 1024;
  const answer = execFileSync(SPILLWAY, ["backtest", ...args, "--json"], { env, maxBuffer });
  const parsed = JSON.parse(answer.toString()) as Walk | Walk[];
  return Array.isArray(parsed) ? parsed : [parsed];
}

interface Pair {
  readonly name: string;
  readonly here: string;
  readonly there: string;
  /** With another seed; null where a seed changes nothing. */
  readonly other: string | null;
}

function pairs(args: readonly string[], changesWithSeed: boolean): Pair[] {
  const here = walk([...args, "--seed", "1"], {});
  const there = walk([...args, "--seed", "1"], ELSEWHERE);
  const other = changesWithSeed ? walk([...args, "--seed", "2"], {}) : [];
  return here.map(({ trace, state_hash }, index) => ({
    name: trace.name,
    here: state_hash,
    there: there[index]?.state_hash ?? NOTHING,
    other: other[index]?.state_hash ?? null,
  }));
}

function isSound({ here, there, other }: Pair): boolean {
  return here === there && here !== other;
}

if (parseArgs({ options: { help: { type: "boolean" } } }).values.help === true) {
  console.log(HELP);
} else {
  const all = [...pairs(["--demo"], true), ...pairs([dataPath(VENUS)], false)];
  const head = ["cluster", "seed 1", "seed 1, elsewhere", "seed 2", "as wanted"];
  const rows = all.map((pair) => {
    const { name, here, there, other } = pair;
    return [name, here, there, other ?? NOTHING, isSound(pair) ? "✓" : "✗"];
  });
  console.log(table(head, rows));
  if (!all.every(isSound)) process.exitCode = 1;
}
