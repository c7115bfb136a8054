import type { Place } from "../contracts/contract.ts";
import type { Window } from "../units.ts";
import { addGpus, elapsed, gpus, NO_GPUS, notice } from "../units.ts";
import { suits } from "./fill.ts";
import type { Match, NoMatch } from "./match.ts";
import { costOf } from "./match.ts";
import type { Order } from "./order.ts";
import type { Ask, Supply } from "./supply.ts";

/**
 * The cheapest single ask within the order's limit and notice that has all of these GPUs through the window, each in its
 * own fabric: what a holder needs who wants to stay where the job runs. Or why there is none: the first of
 * `no_supply_at_this_price`, `no_supply_at_this_notice`, `not_enough_gpus` that is true.
 */
export function matchPlaces(
  order: Order,
  places: readonly Place[],
  window: Window,
  supply: Supply,
): Match | NoMatch {
  const fits = supply.asks.filter((ask) => hasAll(ask, places, window));
  const duration = elapsed(window.start, window.end);
  const cheapest = fits.find((ask) => suits(order, ask, duration));
  if (cheapest !== undefined && cheapest.price <= order.limit) {
    return matchOf(cheapest, places, window);
  }
  if (cheapest !== undefined) return "no_supply_at_this_price";
  const anyNotice: Order = { ...order, noticeAtLeast: notice(0) };
  const isThere = fits.some((ask) => suits(anyNotice, ask, duration));
  return isThere ? "no_supply_at_this_notice" : "not_enough_gpus";
}

/** Whether the ask has room for all of these GPUs, each in its own fabric. */
export function hasAll(ask: Ask, places: readonly Place[], window: Window): boolean {
  const total = places.reduce((sum, place) => addGpus(sum, place.gpus), NO_GPUS);
  return (
    total > 0 &&
    ask.availableInAll(window) >= total &&
    places.every(({ fabric, gpus: wanted }) => {
      const there = ask.fabrics.includes(fabric) ? ask.available(fabric, window) : gpus(0);
      return there >= wanted;
    })
  );
}

/** The match that takes these GPUs from the ask. */
export function matchOf(ask: Ask, places: readonly Place[], window: Window): Match {
  const pieces = places.map((place) => ({ ...place, ask }));
  const total = places.reduce((sum, place) => addGpus(sum, place.gpus), NO_GPUS);
  return { window, pieces, gpus: total, cost: costOf(pieces, window) };
}
