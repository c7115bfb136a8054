/** Runs the benchmarks, one after the other, and writes what they print into docs/benchmarks.md if asked to. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { writeBlock } from "./documents.ts";
import { machine } from "./machine.ts";

interface Program {
  readonly name: string;
  readonly says: string;
  readonly args: readonly string[];
  /** Plain text is fenced in the docs; Markdown stands as it is. */
  readonly prints: "markdown" | "text";
}

const PROGRAMS: readonly Program[] = [
  {
    name: "figures",
    says: "every cluster beside what the backtest must reach",
    args: [],
    prints: "markdown",
  },
  {
    name: "firm",
    says: "firm sales along ε beside a fixed margin chosen in hindsight",
    args: ["--chart", "docs/images/firm.svg"],
    prints: "markdown",
  },
  {
    name: "scaling",
    says: "time with the length of the trace and the number of contracts",
    args: [],
    prints: "markdown",
  },
  { name: "hash", says: "the same seed, the same state hash", args: [], prints: "markdown" },
  {
    name: "forecast",
    says: "the forecast beside baselines and an off-the-shelf model",
    args: ["--augurs"],
    prints: "text",
  },
  {
    name: "schedule",
    says: "the timeline of contracts beside a plain array",
    args: [],
    prints: "text",
  },
  {
    name: "auction",
    says: "a call auction's worth and time beside the exact optimum and the linear bound",
    args: [],
    prints: "markdown",
  },
  { name: "matching", says: "what a match costs beside a bare scan", args: [], prints: "text" },
  {
    name: "plain-book",
    says: "the plain limit book beside nodejs-order-book",
    args: [],
    prints: "markdown",
  },
  {
    name: "core-throughput",
    says: "orders through the core beside a bare scan for a place",
    args: [],
    prints: "markdown",
  },
  {
    name: "ledger",
    says: "durable postings beside one statement by hand and pgbench",
    args: [],
    prints: "text",
  },
  {
    name: "durable-orders",
    says: "orders that are durable before they are answered beside the core alone",
    args: [],
    prints: "markdown",
  },
  {
    name: "opening",
    says: "seconds to open the journal with a snapshot and without one",
    args: [],
    prints: "markdown",
  },
  {
    name: "reservations",
    says: "dated promises of nodes beside real Slurm's reservations; as root, with Slurm",
    args: [],
    prints: "markdown",
  },
  {
    name: "recalls",
    says: "from a notice's end to the owner's job beside Slurm's own notices; as root, with Slurm",
    args: [],
    prints: "markdown",
  },
  {
    name: "trace-day",
    says: "half an hour: a day of a trace on real Slurm beside the backtest; as root, with Slurm",
    args: [],
    prints: "markdown",
  },
  {
    name: "thousand-nodes",
    says: "the service's look at 1,000 real slurmd, and slurmctld's load; as root, with Slurm",
    args: [],
    prints: "markdown",
  },
  {
    name: "demo-statistics",
    says: "the demo's clusters beside the published statistics",
    args: [],
    prints: "text",
  },
];

const HELP = `Usage: npm run bench -- [NAME...] [--write]

Runs the named benchmarks, or all of them. Each also has options of its own: node bench/NAME.ts --help

${PROGRAMS.map(({ name, says }) => `  ${name.padEnd(17)}${says}`).join("\n")}

  --write          also put what they print into docs/benchmarks.md
  --help           this text
`;
const ROOT = new URL("..", import.meta.url).pathname;

/** Shows what the program prints while it runs. @returns all of it @throws Error if it fails */
async function run({ name, args }: Program): Promise<string> {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [`bench/${name}.ts`, ...args], {
    cwd: ROOT,
    stdio: [...stdio],
  });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    process.stdout.write(part);
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw new Error(`bench/${name}.ts ended with ${String(code)}`);
  return text;
}

function blockOf({ name, prints }: Program, text: string, seconds: number): string {
  const day = new Date().toISOString().slice(0, 10);
  const took = `${seconds.toFixed(0)} s`;
  const source = `\`npm run bench -- ${name}\` on ${day}, in ${took}; ${machine()}.`;
  return `${prints === "markdown" ? text.trim() : `\`\`\`text\n${text.trim()}\n\`\`\``}\n\n${source}`;
}

function chosen(names: readonly string[]): readonly Program[] {
  const unknown = names.find((name) => PROGRAMS.every((program) => program.name !== name));
  if (unknown !== undefined) throw new Error(`there is no benchmark "${unknown}"; see --help`);
  return names.length === 0 ? PROGRAMS : PROGRAMS.filter(({ name }) => names.includes(name));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  for (const program of chosen(positionals)) {
    console.error(`== ${program.name}: ${program.says}`);
    const began = performance.now();
    const text = await run(program);
    const seconds = (performance.now() - began) / 1000;
    if (values.write) writeBlock(program.name, blockOf(program, text, seconds));
  }
}
