import { HOUR_MS, gpus, microUsd, microUsdPerGpuHour, mulDiv } from "../units.ts";
import type { Placement } from "./allocation.ts";
import type { AuctionGrid, AuctionOffer, AuctionOrder } from "./order.ts";
import type {
  AuctionFill,
  AuctionOutcome,
  AuctionPiece,
  ClearingPrices,
  PriceStep,
} from "./outcome.ts";
import { type Block, type Problem, formulate, timeOf } from "./problem.ts";
import { cumulative } from "./response.ts";
import { type Effort, type Solution, effortFor, solve } from "./solve.ts";

/**
 * Which orders are filled, where, when and at what prices. The order in which orders and offers are given does
 * not matter.
 *
 * **The price rule.** Each slot of each offer has one clearing price: its reserve, and on top about what one more
 * lot there would be worth, which is nothing where there is enough for all. A buyer pays the mean of these prices
 * over its window, rounded down, but never more than its limit. An order that fits no place as a whole may be
 * left out although its limit is above these prices.
 *
 * @param orders each accepted by `checkAuctionOrder`, no id twice
 */
export function clearAuction(
  grid: AuctionGrid,
  offers: readonly AuctionOffer[],
  orders: readonly AuctionOrder[],
  effort: Effort = effortFor(orders.length),
): AuctionOutcome {
  const problem = formulate(grid, offers, orders);
  const solution = solve(problem, effort);
  return {
    fills: fillsOf(problem, solution),
    prices: problem.lanes.map((_, lane) => pricesOf(problem, solution, lane)),
    worth: moneyOf(problem, solution.allocation.worth, "floor"),
    bound: moneyOf(problem, solution.prices.bound, "ceil"),
  };
}

function fillsOf(problem: Problem, { allocation, prices }: Solution): AuctionFill[] {
  const sums = cumulative(problem, prices.extra);
  return problem.blocks.flatMap((block, index) => {
    const placement = allocation.placements[index] ?? null;
    return placement === null ? [] : [fillOf(problem, block, placement, sums)];
  });
}

function fillOf(
  problem: Problem,
  block: Block,
  placement: Placement,
  sums: Float64Array,
): AuctionFill {
  const { grid } = problem;
  const { start, lanes, lots } = placement;
  const window = { start: timeOf(grid, start), end: timeOf(grid, start + block.slots) };
  const pieces = lanes.map((lane, i): AuctionPiece => {
    const price = priceOf(problem, block, lane, start, sums);
    const offer = problem.lanes[lane]?.offer.id ?? "";
    return { offer, gpus: gpus((lots[i] ?? 0) * grid.lot), price };
  });
  return { order: block.order.id, window, pieces };
}

function priceOf(
  { slots, lanes }: Problem,
  { slots: length, order }: Block,
  lane: number,
  start: number,
  sums: Float64Array,
): AuctionPiece["price"] {
  const from = lane * (slots + 1) + start;
  const extra = BigInt((sums[from + length] ?? 0) - (sums[from] ?? 0));
  const mean = (lanes[lane]?.offer.reserve ?? 0n) + mulDiv(extra, 1n, BigInt(length), "floor");
  return mean < order.limit ? microUsdPerGpuHour(mean) : order.limit;
}

function pricesOf(
  { grid, slots, lanes }: Problem,
  { prices }: Solution,
  lane: number,
): ClearingPrices {
  const reserve = lanes[lane]?.offer.reserve ?? 0n;
  const steps: PriceStep[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const price = microUsdPerGpuHour(reserve + BigInt(prices.extra[lane * slots + slot] ?? 0));
    if (steps.at(-1)?.price !== price) steps.push({ at: timeOf(grid, slot), price });
  }
  return { offer: lanes[lane]?.offer.id ?? "", steps };
}

function moneyOf(
  { grid }: Problem,
  points: number,
  rounding: "floor" | "ceil",
): AuctionOutcome["worth"] {
  const lotTime = BigInt(grid.lot) * BigInt(grid.slot);
  return microUsd(mulDiv(BigInt(points), lotTime, BigInt(HOUR_MS), rounding));
}
