import type { z } from "@hono/zod-openapi";
import { figuresOf } from "../exchange/decide-rentals.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { nextMinute } from "../market/candidates.ts";
import { findContract } from "../market/state.ts";
import { feesOf } from "../owner/state.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import { asksOf } from "../rental/shelf.ts";
import type { ShelfFigures } from "../rental/shelf-figures.ts";
import { shelfFigures } from "../rental/shelf-figures.ts";
import type { Shelf } from "../rental/state.ts";
import { gpuMs, later, microUsdPerGpuHour, NO_GPUS, NO_MONEY } from "../units.ts";
import type { ShelfResource } from "../views/resources.ts";
import { formatMoney, parseMoney, parsePrice } from "../wire/money.ts";
import { shareNumber } from "../wire/share.ts";
import { formatTime } from "../wire/time.ts";
import type { offeredShelf, shelfFiguresResource } from "./rental-schemas.ts";

/** A shelf as everyone may see it; null where nothing is left of its contract. */
export function offerOf(
  { market }: ExchangeState,
  shelf: Shelf,
): z.input<typeof offeredShelf> | null {
  const found = findContract(market, shelf.contract);
  if (found === null) return null;
  const { pool, contract } = found;
  const [ask] = asksOf(market, shelf, contract, market.now);
  if (ask === undefined) return null;
  const start = nextMinute(market.now);
  const soonest = { start, end: later(start, shelf.shortest) };
  const { window, promise } = contract;
  const isNow = soonest.start >= window.start && soonest.end <= window.end;
  return {
    id: shelf.id,
    sku: pool.config.sku,
    pool: pool.config.id,
    price: formatMoney(shelf.price),
    notice: formatNotice(promise.notice),
    shortest_duration: formatDuration(shelf.shortest),
    longest_duration: formatDuration(shelf.longest),
    least_gpus: shelf.leastGpus,
    gpus_now: isNow ? ask.availableInAll(soonest) : NO_GPUS,
    start: formatTime(window.start > start ? window.start : start),
    end: formatTime(window.end),
    stated_recall_chance: promise.statedRecallChance,
  };
}

/** How a shelf fares, or has fared. */
export function figuresView(
  state: ExchangeState,
  shown: ShelfResource,
): z.input<typeof shelfFiguresResource> {
  const open = state.rental.shelves.get(shown.id);
  const figures = open === undefined ? closedFigures(state, shown) : figuresOf(state, open);
  const { cost, margin, utilisation, breakEven } = figures;
  return {
    shelf: shown.id,
    cost: formatMoney(cost),
    income: shown.income,
    fees: shown.fees,
    margin: formatMoney(margin),
    utilisation: shareNumber(utilisation),
    break_even_price: breakEven === null ? null : formatMoney(breakEven),
  };
}

/** Of a shelf that the state has forgotten, for nothing more is sold of it. */
function closedFigures({ owner }: ExchangeState, shown: ShelfResource): ShelfFigures {
  return shelfFigures({
    whole: gpuMs(shown.gpu_milliseconds),
    sold: gpuMs(shown.sold_gpu_milliseconds),
    rest: gpuMs(0),
    costPrice: parsePrice(shown.cost_price) ?? microUsdPerGpuHour(0n),
    income: parseMoney(shown.income) ?? NO_MONEY,
    fees: parseMoney(shown.fees) ?? NO_MONEY,
    feeRate: feesOf(owner).resale,
  });
}
