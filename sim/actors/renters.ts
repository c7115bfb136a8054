import { chance } from "../../src/demo/random.ts";
import {
  durationMs,
  gpus,
  MINUTE_MS,
  microUsd,
  microUsdPerGpuHour,
  notice,
} from "../../src/units.ts";
import { anyOf, oneOf, whole } from "../draw.ts";
import type { Actor, Scene } from "./scene.ts";
import { customer, liveContract } from "./scene.ts";

function price({ random }: Scene) {
  return microUsdPerGpuHour(BigInt(whole(random, 300_000, 2_600_000)));
}

/** GPUs by the minute; some on a budget. */
export const rent: Actor = (scene) => {
  const { random, world } = scene;
  const { config, policy } = oneOf(random, world.pools);
  const account = customer(scene);
  const budget = microUsd(BigInt(whole(random, 0, 20)) * 300_007n);
  const rental = {
    account,
    sku: config.sku,
    gpus: gpus(policy.lot * whole(random, 1, 3)),
    fabric: oneOf(random, ["one", "any"] as const),
    noticeAtLeast: notice(oneOf(random, [0, 2, 2, 15, 60]) * MINUTE_MS),
    maxPrice: price(scene),
    budget: chance(random, 0.4) ? budget : null,
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "start_rental",
      rental: { ...rental, id: id() },
      now: market.now,
    }),
  };
};

export const stop: Actor = (scene) => {
  const rental = anyOf(scene.random, scene.state.rental.rentals.values());
  if (rental === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : rental.account;
  return {
    account,
    command: ({ market }) => ({ type: "stop_rental", rental: rental.id, account, now: market.now }),
  };
};

export const bid: Actor = (scene) => {
  const { random, world } = scene;
  const { config, policy } = oneOf(random, world.pools);
  const account = customer(scene);
  const wanted = {
    account,
    pool: config.id,
    gpus: gpus(policy.lot * whole(random, 1, 3)),
    limit: price(scene),
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "place_bid",
      bid: { ...wanted, id: id() },
      now: market.now,
    }),
  };
};

export const unbid: Actor = (scene) => {
  const found = anyOf(scene.random, scene.state.rental.bids.values());
  if (found === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : found.account;
  return {
    account,
    command: ({ market }) => ({ type: "withdraw_bid", bid: found.id, account, now: market.now }),
  };
};

/** A contract of which slices are rented out. */
export const openShelf: Actor = (scene) => {
  const { random, state } = scene;
  const contract = liveContract(scene);
  if (contract === null) return null;
  const account = chance(random, 0.05) ? customer(scene) : contract.holder;
  const lot = state.market.pools.get(contract.pool)?.policy.lot ?? 8;
  const shelf = {
    account,
    contract: contract.id,
    price: price(scene),
    shortest: durationMs(whole(random, 1, 10) * MINUTE_MS),
    longest: durationMs(whole(random, 9, 120) * MINUTE_MS),
    leastGpus: gpus(lot),
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "open_shelf",
      shelf: { ...shelf, id: id() },
      now: market.now,
    }),
  };
};

export const closeShelf: Actor = (scene) => {
  const shelf = anyOf(scene.random, scene.state.rental.shelves.values());
  if (shelf === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : shelf.account;
  return {
    account,
    command: ({ market }) => ({ type: "close_shelf", shelf: shelf.id, account, now: market.now }),
  };
};

export const slice: Actor = (scene) => {
  const { random } = scene;
  const shelf = anyOf(random, scene.state.rental.shelves.values());
  if (shelf === null) return null;
  const account = customer(scene);
  const wanted = {
    account,
    gpus: gpus(shelf.leastGpus * whole(random, 1, 2)),
    fabric: oneOf(random, ["one", "any"] as const),
    start: null,
    duration: durationMs(whole(random, 1, 60) * MINUTE_MS),
    limit: microUsdPerGpuHour(2_700_000n),
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "rent_slice",
      shelf: shelf.id,
      slice: { ...wanted, id: id() },
      now: market.now,
    }),
  };
};
