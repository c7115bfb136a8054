import { chance } from "../../src/demo/random.ts";
import { lastPlaces } from "../../src/contracts/contract.ts";
import type { Order } from "../../src/market/order.ts";
import { valueAt } from "../../src/schedule/schedule.ts";
import type { EpochMs } from "../../src/units.ts";
import {
  durationMs,
  epochMs,
  FIRM,
  gpus,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../../src/units.ts";
import { anyOf, oneOf, whole } from "../draw.ts";
import type { Actor, Scene } from "./scene.ts";
import { customer, liveContract, nextMinute } from "./scene.ts";

const NOTICES = [0, 0, 0, 2, 2, 15, 60, Infinity];

/** A buy order of any kind; one in twelve has a fault. */
export const buy: Actor = (scene) => {
  const account = customer(scene);
  const draft = drawOrder(scene, account);
  return {
    account,
    command: (state, id) => ({
      type: "place_order",
      order: { ...draft, id: id() },
      now: state.market.now,
    }),
  };
};

function drawOrder(scene: Scene, account: string): Omit<Order, "id"> {
  const { random, world, now } = scene;
  const { config, policy } = oneOf(random, world.pools);
  const earliest = nextMinute(now) + (chance(random, 0.6) ? 0 : whole(random, 0, 90)) * MINUTE_MS;
  const isFlexible = chance(random, 0.3);
  const latest = earliest + (isFlexible ? whole(random, 0, 60) * MINUTE_MS : 0);
  const shortest = oneOf(random, [5, 10, 20, 30, 60, 120, 180]) * MINUTE_MS;
  const longest = shortest + (isFlexible ? whole(random, 0, 60) * MINUTE_MS : 0);
  const isStanding = chance(random, 0.4);
  const wanted = oneOf(random, NOTICES);
  const order: Omit<Order, "id"> = {
    account,
    side: "buy",
    sku: config.sku,
    gpus: gpus(policy.lot * oneOf(random, [1, 1, 1, 2, 2, 3, 5])),
    start: { earliest: epochMs(earliest), latest: epochMs(latest) },
    duration: { min: durationMs(shortest), max: durationMs(longest) },
    limit: microUsdPerGpuHour(BigInt(whole(random, 400_000, 2_500_000))),
    noticeAtLeast: wanted === Infinity ? FIRM : notice(wanted * MINUTE_MS),
    fabric: chance(random, 0.3) ? "one" : "any",
    fill: chance(random, 0.5) ? "all-or-none" : "partial",
    lifetime: isStanding ? "standing" : "immediate",
    expires: isStanding ? epochMs(now + whole(random, 1, 200) * MINUTE_MS + 7) : null,
    contract: null,
  };
  return chance(random, 1 / 12) ? spoilt(scene, order) : order;
}

function spoilt({ random, now }: Scene, order: Omit<Order, "id">): Omit<Order, "id"> {
  const past = epochMs(nextMinute(now) - 120 * MINUTE_MS);
  return oneOf<() => Omit<Order, "id">>(random, [
    () => ({ ...order, sku: "B300" }),
    () => ({ ...order, gpus: gpus(order.gpus + 1) }),
    () => ({ ...order, gpus: gpus(0 - order.gpus) }),
    () => ({ ...order, start: { earliest: past, latest: past } }),
    () => ({ ...order, duration: { min: durationMs(0), max: durationMs(0) } }),
    () => ({ ...order, limit: microUsdPerGpuHour(-1n) }),
    () => ({ ...order, contract: "someone's" }),
    () => ({ ...order, duration: { ...order.duration, max: durationMs(2 ** 52) } }),
    () => ({ ...order, gpus: gpus(order.gpus * 40) }),
  ])();
}

/** A part of a contract is put up for resale, mostly by who holds it. */
export const list: Actor = (scene) => {
  const { random, state, now } = scene;
  const contract = liveContract(scene);
  if (contract === null) return null;
  const { window, holder, pool } = contract;
  const from = Math.max(window.start, nextMinute(now));
  const length = Math.floor((window.end - from) / MINUTE_MS);
  if (length < 1) return null;
  const skipped = chance(random, 0.6) ? 0 : whole(random, 0, length - 1);
  const kept = chance(random, 0.6) ? length - skipped : whole(random, 1, length - skipped);
  const start = epochMs(from + skipped * MINUTE_MS);
  const duration = durationMs(kept * MINUTE_MS);
  const account = chance(random, 0.05) ? customer(scene) : holder;
  const lot = state.market.pools.get(pool)?.policy.lot ?? 8;
  const draft: Omit<Order, "id"> = {
    account,
    side: "sell",
    sku: state.market.pools.get(pool)?.config.sku ?? "H100",
    gpus: chance(random, 0.5) ? contract.soldGpus : gpus(lot),
    start: { earliest: start, latest: start },
    duration: { min: duration, max: duration },
    limit: microUsdPerGpuHour(BigInt(whole(random, 100_000, 900_000))),
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "standing",
    expires: epochMs(now + whole(random, 5, 200) * MINUTE_MS + 3),
    contract: contract.id,
  };
  return {
    account,
    command: (at, id) => ({
      type: "place_order",
      order: { ...draft, id: id() },
      now: at.market.now,
    }),
  };
};

/** What somebody has listed, all of it or a part, at whatever is asked. */
export const buyListed: Actor = (scene) => {
  const { random, state, now } = scene;
  const listing = anyOf(random, state.market.book.sells());
  if (listing === null) return null;
  const { earliest } = listing.start;
  const start = epochMs(Math.max(earliest, nextMinute(now)));
  const left = Math.floor((earliest + listing.duration.max - start) / MINUTE_MS);
  if (left < 1) return null;
  const duration = durationMs(MINUTE_MS * (chance(random, 0.5) ? left : whole(random, 1, left)));
  const account = customer(scene);
  const draft: Omit<Order, "id"> = {
    ...listing,
    account,
    side: "buy",
    start: { earliest: start, latest: start },
    duration: { min: duration, max: duration },
    fabric: chance(random, 0.3) ? "one" : "any",
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
  return {
    account,
    command: (at, id) => ({
      type: "place_order",
      order: { ...draft, id: id() },
      now: at.market.now,
    }),
  };
};

function anOrder({ random, state }: Scene): Order | null {
  const { book } = state.market;
  return anyOf(random, [...book.buys(), ...book.sells()]);
}

/** Dearer, later or of more GPUs; now and then somebody else's. */
export const amend: Actor = (scene) => {
  const { random, now } = scene;
  const before = anOrder(scene);
  if (before === null) return null;
  const account = chance(random, 0.05) ? customer(scene) : before.account;
  const from = Math.max(before.start.earliest, nextMinute(now)) as EpochMs;
  const changed: Order = {
    ...before,
    account,
    gpus: chance(random, 0.5) ? before.gpus : gpus(before.gpus * 2),
    start:
      before.side === "sell"
        ? before.start
        : { earliest: from, latest: epochMs(Math.max(from, before.start.latest)) },
    limit: microUsdPerGpuHour(BigInt(whole(random, 300_000, 2_800_000))),
    expires: epochMs(now + whole(random, 5, 100) * MINUTE_MS),
  };
  return {
    account,
    command: (at, id) => ({
      type: "amend_order",
      replaces: before.id,
      order: { ...changed, id: id() },
      now: at.market.now,
    }),
  };
};

export const cancel: Actor = (scene) => {
  const order = anOrder(scene);
  if (order === null) return null;
  return {
    account: order.account,
    command: () => ({ type: "cancel_order", order: order.id }),
  };
};

export const giveUp: Actor = (scene) => {
  const contract = liveContract(scene);
  if (contract === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : contract.holder;
  return {
    account,
    command: ({ market }) => ({
      type: "cancel_contract",
      contract: contract.id,
      account,
      now: market.now,
    }),
  };
};

export const prolong: Actor = (scene) => {
  const { random } = scene;
  const contract = liveContract(scene);
  if (contract === null || lastPlaces(contract).length === 0) return null;
  const account = chance(random, 0.1) ? customer(scene) : contract.holder;
  const until = epochMs(contract.window.end + whole(random, 1, 90) * MINUTE_MS);
  const limit = microUsdPerGpuHour(BigInt(whole(random, 500_000, 3_000_000)));
  return {
    account,
    command: ({ market }, id) => ({
      type: "extend_contract",
      contract: contract.id,
      account,
      order: id(),
      until,
      limit,
      now: market.now,
    }),
  };
};

/** GPUs that a contract holds at a time in one of its fabrics. */
export function heldThen(contract: NonNullable<ReturnType<typeof liveContract>>, time: EpochMs) {
  return contract.placements
    .map(({ fabric, held }) => ({ fabric, gpus: valueAt(held, time), held }))
    .filter((place) => place.gpus > 0);
}
