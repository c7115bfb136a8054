import type { z } from "@hono/zod-openapi";
import { accountOf } from "../exchange/decide-trade.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { creditFloor } from "../accounts/account.ts";
import { creditOf } from "../ledger/chart.ts";
import { refusalOf } from "../market/decide-order.ts";
import { statedChance } from "../market/fill-events.ts";
import type { Piece } from "../market/fill.ts";
import type { Offer } from "../market/offer.ts";
import { hourLines } from "../market/offer.ts";
import type { Order } from "../market/order.ts";
import { quote } from "../market/quote.ts";
import { findContract, poolOf, supplyFor } from "../market/state.ts";
import { feesOf } from "../owner/state.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import type { MicroUsd, Ppm, Window } from "../units.ts";
import { addMoney, charge, elapsed, gpusOver, NO_MONEY, ppm, shareOf, subMoney } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { offerResource, quoteResource } from "./market-schemas.ts";
import { refusalError } from "./refusals.ts";

type OfferView = z.input<typeof offerResource>;

/**
 * What the order would come to now. Nothing is reserved.
 * @param startsAnyTime the customer named no start: nor does the order that is ready to send
 * @throws ApiError where the order itself is wrong
 */
export function quoteView(
  state: ExchangeState,
  order: Order,
  startsAnyTime: boolean,
): z.input<typeof quoteResource> {
  const { market } = state;
  const wrong = refusalOf(market, order, market.now);
  if (wrong !== null) throw refusalError(wrong);
  const supply = supplyFor(market, order.sku, order.account);
  const { answer, otherWindows, otherNotices } = quote(order, supply, market.now);
  const offer = typeof answer === "string" ? null : answer;
  const view = (each: Offer): OfferView => offerView(state, each, order, startsAnyTime);
  return {
    at: formatTime(market.now),
    offer: offer === null ? null : view(offer),
    refusal: refusalNow(state, order, answer),
    hours: offer === null ? [] : hoursOf(offer),
    other_windows: otherWindows.map(view),
    other_notices: otherNotices.map(view),
  };
}

/** As a trade would be decided: whether they may, whether the market has it, whether they can pay. */
function refusalNow(state: ExchangeState, order: Order, answer: Offer | string): string | null {
  const account = accountOf(state, order);
  if (typeof account === "string") return account;
  if (typeof answer === "string") return answer;
  const { total } = priceOf(answer, account.taxRate);
  const credit = state.ledger.balance(creditOf(account.id));
  return subMoney(credit, total) < creditFloor(account) ? "insufficient_credit" : null;
}

function priceOf({ match }: Offer, taxRate: Ppm) {
  const tax = shareOf(match.cost, taxRate, "ceil");
  return { cost: match.cost, tax, total: addMoney(match.cost, tax) };
}

function offerView(
  state: ExchangeState,
  offer: Offer,
  asked: Order,
  startsAnyTime: boolean,
): OfferView {
  const { match, averagePrice, notice, order } = offer;
  const { window, pieces } = match;
  const taxRate = state.accounts.accounts.get(asked.account)?.taxRate;
  const { cost, tax, total } = priceOf(offer, taxRate ?? ppm(0));
  const start = formatTime(window.start);
  const isNow = startsAnyTime && window.start === asked.start.earliest;
  return {
    gpus: match.gpus,
    start,
    end: formatTime(window.end),
    duration: formatDuration(elapsed(window.start, window.end)),
    notice: formatNotice(notice),
    average_price: formatMoney(averagePrice),
    cost: formatMoney(cost),
    tax: formatMoney(tax),
    total: formatMoney(total),
    fee_included: formatMoney(feeOf(state, window, pieces)),
    pieces: pieces.map((piece) => pieceView(state, window, piece)),
    order: {
      sku: order.sku,
      gpus: order.gpus,
      ...(isNow ? {} : { start }),
      duration: formatDuration(order.duration.min),
      limit_price: formatMoney(order.limit),
      notice_at_least: formatNotice(order.noticeAtLeast),
      fabric: order.fabric,
      fill: order.fill,
    },
  };
}

function pieceView(state: ExchangeState, window: Window, { ask, fabric, gpus }: Piece) {
  const { pool, chance } = originOf(state, window, { ask, gpus, fabric });
  return {
    pool,
    fabric,
    gpus,
    price: formatMoney(ask.price),
    notice: formatNotice(ask.notice),
    stated_recall_chance: chance,
    resale: ask.source.kind === "listing",
  };
}

/** From which pool a piece comes, and the chance of recall that its contract would state. */
function originOf({ market }: ExchangeState, window: Window, { ask, gpus }: Piece) {
  if (ask.source.kind === "rung") {
    const pool = poolOf(market, ask.source.pool);
    return { pool: pool.config.id, chance: statedChance(pool, ask.notice, window, gpus) };
  }
  const found = findContract(market, ask.source.contract);
  const chance = found?.contract.promise.statedRecallChance ?? 0;
  return { pool: found?.pool.config.id ?? "", chance };
}

function feeOf({ owner }: ExchangeState, window: Window, pieces: readonly Piece[]): MicroUsd {
  const { sale, resale } = feesOf(owner);
  const duration = elapsed(window.start, window.end);
  return pieces.reduce((sum, { ask, gpus }) => {
    const cost = charge(ask.price, gpusOver(gpus, duration), "floor");
    return addMoney(sum, shareOf(cost, ask.source.kind === "rung" ? sale : resale, "floor"));
  }, NO_MONEY);
}

/** All pieces of an hour together. */
function hoursOf({ match }: Offer) {
  const byStart = new Map<number, { window: Window; cost: MicroUsd }>();
  for (const { window, cost } of hourLines(match)) {
    const before = byStart.get(window.start)?.cost ?? NO_MONEY;
    byStart.set(window.start, { window, cost: addMoney(before, cost) });
  }
  return [...byStart.values()].map(({ window: { start, end }, cost }) => {
    return { start: formatTime(start), end: formatTime(end), cost: formatMoney(cost) };
  });
}
