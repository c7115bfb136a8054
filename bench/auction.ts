/**
 * What is a call auction's outcome worth beside the exact optimum and beside the bound of the linear relaxation, and
 * in what time?
 *
 * More is wanted than there is; blocks of 1 to 16 lots and 2 to 36 hours, two thirds of them with up to 8 hours of room
 * to move, all or none, each in one fabric. On each auction the search, HiGHS and the search again take their turns in
 * one process; the slower of the two searches counts. Both answers of the search are the same, and pass the checker.
 * Where HiGHS does not prove its optimum within its time, the worth is held against the bound that it has proved,
 * which is higher: the true ratio is better than the one that is printed.
 */
import { parseArgs } from "node:util";
import type { Highs } from "highs";
import { checkOutcome } from "../src/auction/check-outcome.ts";
import { clearAuction } from "../src/auction/clear.ts";
import { optionsOf } from "../src/auction/options.ts";
import type { AuctionOutcome } from "../src/auction/outcome.ts";
import { formulate } from "../src/auction/problem.ts";
import { greedy } from "../src/auction/solve.ts";
import { HOUR_MS, assert } from "../src/units.ts";
import { type Asked, highs, solveByHighs } from "./auction-highs.ts";
import { type Instance, type Shape, instanceOf } from "./auction-instance.ts";
import { machine, timed } from "./machine.ts";

const SMALL: Shape = { orders: 200, fabrics: 2, hours: 72, contention: 1.6 };
const LARGE: Shape = { orders: 5_000, fabrics: 16, hours: 336, contention: 1.6 };

const { values } = parseArgs({
  options: {
    small: { type: "string", default: "1,2" },
    large: { type: "string", default: "1" },
    seconds: { type: "string", default: "75" },
    help: { type: "boolean", default: false },
  },
});

const HELP = `Usage: node bench/auction.ts [--small SEEDS] [--large SEEDS] [--seconds S]

  --small SEEDS    auctions of 200 orders beside the exact optimum (1,2); "" for none
  --large SEEDS    auctions of 5,000 orders beside the linear bound (1); "" for none
  --seconds S      how long HiGHS may look for an exact optimum (75)
`;

interface Answer {
  readonly outcome: AuctionOutcome;
  readonly cpuSeconds: number;
}

function search({ grid, offers, orders }: Instance): Answer {
  const { result, cpuSeconds } = timed(() => clearAuction(grid, offers, orders));
  const fault = checkOutcome(grid, offers, orders, result);
  assert(fault === null, `the outcome is lawful, not ${fault}`);
  return { outcome: result, cpuSeconds };
}

/** In points, from the fills alone. */
function worthOf({ grid, offers, orders }: Instance, { fills }: AuctionOutcome): number {
  const limits = new Map(orders.map(({ id, limit }) => [id, limit]));
  const reserves = new Map(offers.map(({ id, reserve }) => [id, reserve]));
  let worth = 0n;
  for (const { order, window, pieces } of fills) {
    for (const { offer, gpus } of pieces) {
      const margin = (limits.get(order) ?? 0n) - (reserves.get(offer) ?? 0n);
      worth += margin * BigInt(gpus / grid.lot) * BigInt((window.end - window.start) / HOUR_MS);
    }
  }
  return Number(worth);
}

function compare(library: Highs, shape: Shape, seed: number, asked: Asked): void {
  const instance = instanceOf(shape, seed);
  const first = search(instance);
  const problem = formulate(instance.grid, instance.offers, instance.orders);
  const theirs = timed(() => solveByHighs(library, problem, optionsOf(problem), asked));
  const second = search(instance);
  const worth = worthOf(instance, first.outcome);
  assert(worth === worthOf(instance, second.outcome), "both searches give the same answer");
  const { bound, value, isOptimal } = theirs.result;
  assert(worth <= bound * (1 + 1e-6), "nothing is worth more than the bound");
  const ours = Math.max(first.cpuSeconds, second.cpuSeconds);
  const found = asked.integer ? (value / bound).toFixed(4) : "–";
  const cells = [
    `${shape.orders} × ${shape.fabrics} × ${shape.hours}, seed ${seed}`,
    isOptimal ? "proved" : "bound",
    (worth / bound).toFixed(4),
    (greedy(problem).worth / bound).toFixed(4),
    found,
    `${ours.toFixed(2)} s`,
    `${theirs.cpuSeconds.toFixed(1)} s`,
    (ours / theirs.cpuSeconds).toFixed(4),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function seedsOf(text: string): number[] {
  return text.split(",").filter(Boolean).map(Number);
}

async function main(): Promise<void> {
  const library = await highs();
  console.log(`HiGHS ${library.version.string} (WebAssembly); ${machine()}; processor time\n`);
  console.log(
    "| auction | HiGHS | search | by price alone | HiGHS's own best | search takes | HiGHS takes | ratio |",
  );
  console.log("|---|---|--:|--:|--:|--:|--:|--:|");
  const seconds = Number(values.seconds);
  for (const seed of seedsOf(values.small)) {
    compare(library, SMALL, seed, { integer: true, solver: "choose", seconds });
  }
  for (const seed of seedsOf(values.large)) {
    compare(library, LARGE, seed, { integer: false, solver: "ipm", seconds: 1_200 });
  }
}

if (values.help) console.log(HELP);
else await main();
