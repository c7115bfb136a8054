import { MarketWriter } from "../src/backtest/market-writer.ts";
import type { MarketCommand } from "../src/market/commands.ts";
import type { Order } from "../src/market/order.ts";
import { type PoolState, poolOf } from "../src/market/state.ts";
import type { Policy, Rung } from "../src/policy/policy.ts";
import { precautions } from "../src/recall/precaution.ts";
import { type Arrival, meetSurprise } from "../src/recall/shortfall.ts";
import { type DemandForecast, QUANTILES } from "../src/surplus/forecast.ts";
import { type Ladder } from "../src/surplus/ladder.ts";
import { makeLadder } from "../src/surplus/make-ladder.ts";
import type { Gpus } from "../src/units.ts";
import {
  assert,
  durationMs,
  epochMs,
  gpus,
  HOUR_MS,
  later,
  MINUTE_MS,
  NO_GPUS,
  scalePrice,
} from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { timed } from "./machine.ts";
import { count, table } from "./markdown.ts";

const COUNTS = [1_000, 10_000, 100_000];
const WARM_UP = 10_000;
const BLOCKS = 5;
/** Of each request in a block; of plans, which look at many contracts, fewer. */
const REQUESTS = 200;
const PLANS = 5;
const [POOL, SKU, FABRIC] = ["pool", "gpu", "main"];
const NOW = epochMs(472_222 * HOUR_MS);
/** The owner's share of the capacity, now and as forecast. */
const DEMAND = 0.1;
const SURPRISE_LOTS = 64;

/** What a market is asked, and how often in a block. */
interface Request {
  readonly name: string;
  readonly times: number;
  readonly ask: (market: LiveMarket, index: number) => void;
}

const REQUESTED: readonly Request[] = [
  { name: "place_order", times: REQUESTS, ask: (market, index) => market.buy(index) },
  { name: "give_recall", times: REQUESTS, ask: (market, index) => market.recall(index) },
  { name: "withdraw_recall", times: REQUESTS, ask: (market, index) => market.withdraw(index) },
  { name: "read_owner", times: REQUESTS, ask: (market) => market.read() },
  { name: "publish_ladder", times: REQUESTS, ask: (market) => market.publish() },
  { name: "plan precautions", times: PLANS, ask: (market) => market.planPrecautions() },
  { name: "plan for a surprise run", times: PLANS, ask: (market) => market.planSurprise() },
];

/** What each request costs, in microseconds, where so many contracts are live. */
export interface CommandCosts {
  readonly live: number;
  readonly costs: readonly number[];
}

/** Opens markets with more and more live contracts of one lot each, once before to warm up. */
export function measureCommands(policy: Policy): CommandCosts[] {
  return [WARM_UP, ...COUNTS].map((live) => costsWith(live, policy)).slice(1);
}

function costsWith(live: number, policy: Policy): CommandCosts {
  console.error(`commands with ${count(live)} live contracts`);
  const market = new LiveMarket(live, policy);
  return { live, costs: REQUESTED.map((request) => costOf(request, market)) };
}

/** The median of several blocks: collecting garbage, and others on the machine, make single ones dear. */
function costOf({ times, ask }: Request, market: LiveMarket): number {
  const blocks = Array.from({ length: BLOCKS }, (_, block) => {
    const { seconds } = timed(() => {
      for (let index = 0; index < times; index += 1) ask(market, block * times + index);
    });
    return (seconds * 1e6) / times;
  });
  return blocks.toSorted((a, b) => a - b)[BLOCKS >> 1] ?? Number.NaN;
}

export function commandsTable(all: readonly CommandCosts[]): string {
  const head = ["microseconds each", ...all.map(({ live }) => `${count(live)} live`)];
  const rows = REQUESTED.map(({ name }, index) =>
    [name].concat(all.map(({ costs }) => (costs[index] ?? 0).toFixed(1))),
  );
  return table(head, rows);
}

/** Growth of the dearest request ÷ growth of the number of contracts, from the least to the most. */
export function growthWithLive(all: readonly CommandCosts[]): number {
  const [first, last] = [all[0], all.at(-1)];
  assert(first !== undefined && last !== undefined, "there are costs to compare");
  const growths = last.costs.map((cost, index) => cost / (first.costs[index] ?? cost));
  return Math.max(...growths) / (last.live / first.live);
}

/** A pool of which half is sold, lot by lot, in turn at each notice; contracts end minute by minute. */
class LiveMarket {
  readonly #policy: Policy;
  readonly #capacity: Gpus;
  readonly #writer = new MarketWriter(NOW, () => {});
  readonly #ladder: Ladder;
  readonly #filled: number;

  constructor(live: number, policy: Policy) {
    this.#policy = policy;
    this.#capacity = gpus(2 * (live + BLOCKS * REQUESTS) * policy.lot);
    this.#ladder = ladderOf(policy, this.#capacity);
    const fabrics = [{ id: FABRIC, gpus: this.#capacity }];
    this.#do({ type: "open_pool", pool: { id: POOL, sku: SKU, site: "", fabrics }, policy });
    this.read();
    this.publish();
    this.#filled = live;
    for (let index = -live; index < 0; index += 1) this.buy(index);
  }

  buy(index: number): void {
    const order = orderOf(index + this.#filled, this.#policy);
    this.#do({ type: "place_order", order, now: NOW });
  }

  /** Every contract but the firm ones takes its turn, from the oldest on. */
  recall(index: number): void {
    const rungs = this.#policy.rungs.length;
    const sale = Math.floor(index / (rungs - 1)) * rungs + 1 + (index % (rungs - 1));
    const { notice } = rungOf(sale, this.#policy);
    const taking = {
      contract: `${sale}/${sale + 1}`,
      fabric: FABRIC,
      gpus: this.#policy.lot,
      until: later(NOW, durationOf(sale, this.#policy)),
    };
    this.#do({
      type: "give_recall",
      recall: `recall ${index}`,
      pool: POOL,
      now: NOW,
      due: later(NOW, notice),
      reason: "owner",
      takings: [taking],
    });
  }

  withdraw(index: number): void {
    this.#do({ type: "withdraw_recall", recall: `recall ${index}`, now: NOW });
  }

  read(): void {
    const fabrics = [{ id: FABRIC, gpus: this.#capacity }];
    const demand = gpus(Math.floor(this.#capacity * DEMAND));
    this.#do({ type: "read_owner", pool: POOL, reading: { at: NOW, demand, fabrics } });
  }

  publish(): void {
    this.#do({ type: "publish_ladder", pool: POOL, ladder: this.#ladder });
  }

  planPrecautions(): void {
    precautions(this.#pool.holdings, this.#policy, this.#ladder, HOUR_MS);
  }

  /** A run of 64 lots for which as many must make way. */
  planSurprise(): void {
    const surprise = gpus(SURPRISE_LOTS * this.#policy.lot);
    const held = this.#pool.holdings.heldInAll({ start: NOW, end: later(NOW, MINUTE_MS) });
    const demand = gpus(this.#capacity - held + surprise);
    const arrival: Arrival = {
      now: NOW,
      capacity: this.#capacity,
      demand,
      surprise,
      awaited: () => NO_GPUS,
    };
    const { recalls } = meetSurprise(this.#pool.holdings, this.#policy, arrival);
    assert(recalls.length > 0, "someone makes way for the run");
  }

  get #pool(): PoolState {
    return poolOf(this.#writer.state, POOL);
  }

  #do(command: MarketCommand): void {
    const refusal = this.#writer.do(command);
    assert(refusal === null, `${command.type} is carried out, not refused: ${refusal}`);
  }
}

function rungOf(sale: number, { rungs }: Policy): Rung {
  const rung = rungs[sale % rungs.length];
  assert(rung !== undefined, "a policy has rungs");
  return rung;
}

function durationOf(sale: number, policy: Policy) {
  return durationMs(rungOf(sale, policy).duration - (sale % 60) * MINUTE_MS);
}

function orderOf(sale: number, policy: Policy): Order {
  const { notice, priceFactor } = rungOf(sale, policy);
  const duration = durationOf(sale, policy);
  return {
    id: String(sale),
    account: `buyer ${sale % 100}`,
    side: "buy",
    sku: SKU,
    gpus: policy.lot,
    start: { earliest: NOW, latest: NOW },
    duration: { min: duration, max: duration },
    limit: scalePrice(PRICE, priceFactor),
    noticeAtLeast: notice,
    fabric: "any",
    fill: "all-or-none",
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
}

/** Demand is known never to change, so that all the rest may be sold at every notice. */
function ladderOf(policy: Policy, capacity: Gpus): Ladder {
  const quantiles = Float64Array.from(QUANTILES, () => DEMAND);
  const always = (): Float64Array => quantiles;
  const forecast: DemandForecast = {
    origin: NOW,
    mean: always,
    peak: always,
    windowPeak: always,
    chanceAtMost: (share) => (share >= DEMAND ? 1 : 0),
  };
  return makeLadder({
    policy,
    price: PRICE,
    now: NOW,
    knownFor: HOUR_MS,
    demand: gpus(Math.floor(capacity * DEMAND)),
    capacity,
    declaredRise: NO_GPUS,
    forecast,
    caution: () => NO_GPUS,
    forecastChance: () => 1,
  });
}
