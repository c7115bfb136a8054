/**
 * Does the service on a real Slurm do what the backtest says?
 *
 * A day of a measured pool, made small enough for a lab, is played by real `sbatch` jobs of the owner's, on a clock that
 * is many times as fast as the one outside, while the service's own parts read the cluster, sell its surplus to whoever
 * takes all that is offered, put reservations on nodes, and recall. On each node that is sold, a job of the holder's is in
 * the way until it is killed. The same jobs go through the backtest, minute by minute, with the same history, policy and
 * buyers, who begin with the day there too.
 *
 * Times are the market's. An owner's job may wait 15 minutes, as the benchmark policy says of runs of this size. Of these
 * the policy that is played leaves some to reading, hand-over and Slurm itself, which take as long as ever outside.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { UsageTrace } from "../src/fleet/usage.ts";
import type { Policy } from "../src/policy/policy.ts";
import { READ_STRICTLY } from "../src/readers/options.ts";
import { openText } from "../src/readers/source.ts";
import { readUsageCsv } from "../src/readers/usage-csv.ts";
import { openStore } from "../src/server/open-store.ts";
import { durationMs, HOUR_MS, later, MINUTE_MS, notice } from "../src/units.ts";
import { dataPath } from "../test/data.ts";
import { A100, benchmarkPolicy } from "./cases.ts";
import { inLab } from "./in-lab.ts";
import { fixed } from "./markdown.ts";
import { type Day, predict } from "./trace-day-backtest.ts";
import { dayTable } from "./trace-day-figures.ts";
import { GPUS_PER_NODE, jobsOf, medianDay, nodesWanted, scaled } from "./trace-day-jobs.ts";
import { type Played, playDay } from "./trace-day-lab.ts";

const HELP = `Usage: node bench/trace-day.ts [options]

Plays a day of the A100 pool on a lab, and prints its figures beside the backtest's. As root, with Slurm installed.

  --nodes N     of the lab (default 48)
  --speed N     times as fast as the clock outside (default 48: the day takes half an hour)
  --hours N     the day's first hours alone (default 24)
  --topology    the lab's two fabrics are told apart; without it, as in the backtest, they are one
  --help        this text
`;

/** What an owner's job may wait. */
const ALLOWED = durationMs(15 * MINUTE_MS);
/** Of that, for reading, hand-over and Slurm: milliseconds outside. */
const LEFT_TO_SLURM_MS = 6_250;

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "48" },
    speed: { type: "string", default: "48" },
    hours: { type: "string", default: "24" },
    topology: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [nodes, speed, hours] = [values.nodes, values.speed, values.hours].map(Number) as [
  number,
  number,
  number,
];

const fabrics = values.topology ? "topology" : "one";

/** The benchmark's policy, with one wait for all, and the notice of that length as long as the wait that is left. */
async function policyOf(): Promise<Policy> {
  const policy = await benchmarkPolicy();
  const left = Math.ceil((LEFT_TO_SLURM_MS * speed) / MINUTE_MS) * MINUTE_MS;
  const wait = durationMs(ALLOWED - left);
  const rungs = policy.rungs.map((rung) =>
    rung.notice === notice(ALLOWED) ? { ...rung, notice: notice(wait) } : rung,
  );
  return { ...policy, rungs, allowedWaits: [{ upTo: null, wait }] };
}

async function dayOf(): Promise<Day> {
  const source = await openText(dataPath(`usage/${A100}.csv`));
  const { trace } = await readUsageCsv(source, READ_STRICTLY);
  const start = medianDay(trace, nodesWanted(trace, nodes));
  const window = { start, end: later(start, durationMs(hours * HOUR_MS)) };
  const small = scaled(trace, window, nodes);
  return { trace: small, jobs: jobsOf(small), start, policy: await policyOf() };
}

function playOnLab(day: Day): Promise<Played> {
  return inLab(nodes, async (lab, folder) => {
    const store = await openStore({ databaseUrl: null, dataDir: join(folder, "data") });
    try {
      return await playDay(day, { lab, store, speed, fabrics, say: console.error });
    } finally {
      await store.close();
    }
  });
}

/** GPU-hours that the owner leaves over in the hours that are played. */
function surplusOf({ demand }: UsageTrace): number {
  const used = demand.slice(0 - hours).reduce((sum, gpus) => sum + gpus, 0);
  return nodes * GPUS_PER_NODE * hours - used;
}

function print(day: Day, { figures, usedGpuHours, faults }: Played): void {
  const surplus = { gpuHours: surplusOf(day.trace), allowed: ALLOWED };
  const sides = [["lab", figures] as const, ["backtest", predict(day)] as const];
  const told = [...faults].map(([code, count]) => `${count} of ${code}`).join(", ");
  const [played] = day.policy.allowedWaits;
  console.log(`${dayTable(sides, surplus)}

${A100} of ${new Date(day.start).toISOString().slice(0, 10)}, ${hours} hours on ${nodes} nodes of ${GPUS_PER_NODE} GPUs, ${speed} times as fast as it was; the policy that is played lets jobs wait ${fixed((played?.wait ?? 0) / MINUTE_MS, 0)} minutes.
By Slurm's accounting, the holder's jobs had ${fixed(usedGpuHours, 0)} GPU-h. Faults that the service told of: ${told === "" ? "none" : told}.`);
}

if (values.help) {
  console.log(HELP);
} else {
  const day = await dayOf();
  print(day, await playOnLab(day));
}
