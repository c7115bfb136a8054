import { chance } from "../../src/demo/random.ts";
import type { AuctionSale } from "../../src/exchange/auctions.ts";
import {
  durationMs,
  epochMs,
  gpus,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../../src/units.ts";
import { anyOf, oneOf, whole } from "../draw.ts";
import { minutes } from "../world.ts";
import type { Actor, Scene } from "./scene.ts";
import { customer, nextMinute } from "./scene.ts";

/** More than so many at a time would leave nothing to sell in each. */
const MOST_RUNNING = 2;

/** Of one rung of one pool or of all of a SKU, soon; one in twelve makes no sense. */
export const openAuction: Actor = ({ random, world, state, now }) => {
  if (state.auctions.running.size >= MOST_RUNNING) return null;
  const { config, policy } = oneOf(random, world.pools);
  const locks = epochMs(now + whole(random, 5, 60) * MINUTE_MS);
  const clears = later(locks, minutes(whole(random, 0, 20)));
  const start = epochMs(nextMinute(clears) + whole(random, 0, 90) * MINUTE_MS);
  const slot = minutes(oneOf(random, [5, 10, 20, 30]));
  const end = later(start, durationMs(slot * whole(random, 1, 5)));
  const isSpoilt = chance(random, 1 / 12);
  const auction = {
    sku: config.sku,
    pool: chance(random, 0.5) ? null : config.id,
    notice: chance(random, 0.05) ? notice(7) : oneOf(random, policy.rungs).notice,
    window: { start, end: isSpoilt ? later(end, minutes(1)) : end },
    slot,
    locks,
    clears,
  };
  return {
    account: "owner",
    command: ({ market }, id) => ({
      type: "open_auction",
      auction: { ...auction, id: id() },
      now: market.now,
    }),
  };
};

/** A block in an auction that still takes orders; some are of no whole lots, or reach beyond its window. */
export const bidInAuction: Actor = (scene) => {
  const { random, now } = scene;
  const sale = anAuction(scene);
  if (sale === null || (now >= sale.clears && chance(random, 0.9))) return null;
  const { window, slot, lot } = sale.grid;
  const slots = (window.end - window.start) / slot;
  const length = whole(random, 1, slots);
  const first = whole(random, 0, slots - length);
  const last = whole(random, first, slots - length) + (chance(random, 0.03) ? 1 : 0);
  const account = customer(scene);
  const draft = {
    account,
    gpus: gpus(lot * oneOf(random, [1, 1, 1, 2, 2, 3, 5]) + (chance(random, 0.03) ? 1 : 0)),
    start: {
      earliest: epochMs(window.start + first * slot),
      latest: epochMs(window.start + last * slot),
    },
    duration: durationMs(length * slot),
    limit: microUsdPerGpuHour(BigInt(whole(random, 600_000, 3_000_000))),
    fabric: chance(random, 0.4) ? ("one" as const) : ("any" as const),
    fill: chance(random, 0.6) ? ("all-or-none" as const) : ("partial" as const),
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "place_auction_order",
      auction: sale.id,
      order: { ...draft, id: id() },
      now: market.now,
    }),
  };
};

/** Mostly by whom it is, mostly in time. */
export const leaveAuction: Actor = (scene) => {
  const entered = anyOf(scene.random, scene.state.auctions.orders.values());
  if (entered === null) return null;
  const account = chance(scene.random, 0.15) ? customer(scene) : entered.order.account;
  return {
    account,
    command: ({ market }) => ({
      type: "cancel_auction_order",
      auction: entered.auction,
      order: entered.order.id,
      account,
      now: market.now,
    }),
  };
};

export const callOff: Actor = (scene) => {
  const sale = anAuction(scene);
  if (sale === null) return null;
  return { account: "owner", command: () => ({ type: "call_off_auction", auction: sale.id }) };
};

function anAuction({ random, state }: Scene): AuctionSale | null {
  return anyOf(random, state.auctions.running.values())?.sale ?? null;
}
