import { chance } from "../../src/demo/random.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Block } from "../../src/owner/state.ts";
import {
  durationMs,
  epochMs,
  gpus,
  isFirm,
  MINUTE_MS,
  microUsdPerGpuHour,
  ONE_PPM,
  ppm,
} from "../../src/units.ts";
import { anyOf, oneOf, whole } from "../draw.ts";
import type { Actor } from "./scene.ts";
import { liveContract, nextMinute } from "./scene.ts";
import { heldThen } from "./traders.ts";

const account = "owner";

/** The owner wants a part of a contract back: mostly in lawful time, sometimes a minute too soon. */
export const recall: Actor = (scene) => {
  const { random, state, now } = scene;
  const contract = liveContract(scene);
  if (contract === null) return null;
  const { notice } = contract.promise;
  const after = isFirm(notice) ? 0 : notice;
  const shift = oneOf(random, [0, 0, 0, 1, 10, -1]) * MINUTE_MS;
  const due = epochMs(Math.max(nextMinute(now) + after + shift, contract.window.start));
  const place = anyOf(random, heldThen(contract, due));
  if (place === null) return null;
  const lot = state.market.pools.get(contract.pool)?.policy.lot ?? 8;
  const isWhole = chance(random, contract.block ? 0.8 : 0.5);
  const taken = isWhole ? place.gpus : gpus(lot);
  const change = place.held.steps.find((step) => step.at > due)?.at ?? contract.window.end;
  const until = chance(random, 0.1) ? contract.window.end : change;
  const taking = { contract: contract.id, fabric: place.fabric, gpus: taken, until };
  const isTwice = chance(random, 0.05);
  return {
    account,
    command: ({ market }, id) => ({
      type: "give_recall",
      recall: id(),
      pool: contract.pool,
      now: market.now,
      due,
      reason: "owner",
      takings: isTwice ? [taking, taking] : [taking],
    }),
  };
};

export const withdraw: Actor = ({ random, state }) => {
  const id = anyOf(random, state.market.recalls.keys());
  if (id === null) return null;
  return {
    account,
    command: ({ market }) => ({ type: "withdraw_recall", recall: id, now: market.now }),
  };
};

export const price: Actor = ({ random, world }) => {
  const { config } = oneOf(random, world.pools);
  const asked = microUsdPerGpuHour(BigInt(whole(random, 300_000, 2_500_000)));
  return { account, command: () => ({ type: "set_price", pool: config.id, price: asked }) };
};

export const selling: Actor = ({ random, world }) => {
  const { config } = oneOf(random, world.pools);
  const isSelling = chance(random, 0.7);
  return {
    account,
    command: () => ({ type: "set_selling", pool: config.id, selling: isSelling }),
  };
};

export const declare: Actor = ({ random, world, now }) => {
  const { config, policy } = oneOf(random, world.pools);
  const start = epochMs(now + whole(random, -10, 240) * MINUTE_MS);
  const run = {
    pool: config.id,
    name: "a run",
    declared: now,
    start,
    duration: durationMs(whole(random, 0, 120) * MINUTE_MS),
    gpus: gpus(policy.lot * whole(random, 0, 6)),
  };
  return { account, command: (_, id) => ({ type: "declare_run", run: { ...run, id: id() } }) };
};

export const undeclare: Actor = ({ random, state }) => {
  const run = anyOf(random, state.owner.runs.values());
  return run && { account, command: () => ({ type: "withdraw_run", run: run.id }) };
};

export const block: Actor = ({ random, world, now }) => {
  const { config, policy } = oneOf(random, world.pools);
  const start = epochMs(now + whole(random, -5, 120) * MINUTE_MS + 11);
  const length = whole(random, 0, 120) * MINUTE_MS;
  const blocked: Omit<Block, "id"> = {
    pool: config.id,
    kind: oneOf(random, ["blackout", "blackout", "maintenance", "failure"]),
    window: { start, end: epochMs(start + length) },
    gpus: chance(random, 0.3) ? null : gpus(policy.lot * whole(random, 1, 4)),
    note: "",
  };
  return {
    account,
    command: (_, id) => ({ type: "block_gpus", block: { ...blocked, id: id() } }),
  };
};

export const unblock: Actor = ({ random, state }) => {
  const found = anyOf(random, state.owner.blocks.values());
  return found && { account, command: () => ({ type: "unblock_gpus", block: found.id }) };
};

export const fees: Actor = ({ random }) => {
  const drawn = {
    sale: ppm(oneOf(random, [0, 13_333, 100_000])),
    resale: ppm(oneOf(random, [0, 20_000, 66_667])),
    cancellation: ppm(oneOf(random, [0, 142_857, 200_000, ONE_PPM, ONE_PPM + 1])),
  };
  return { account, command: () => ({ type: "set_fees", fees: drawn }) };
};

/** Other compensation, reserve and epsilon; sometimes other notices, which is refused. */
export const policy: Actor = ({ random, world }) => {
  const { config, policy: before } = oneOf(random, world.pools);
  const changed: Policy = {
    ...before,
    rungs: chance(random, 0.1) ? before.rungs.slice(1) : before.rungs,
    epsilon: oneOf(random, [0.005, 0.05, 0.3]),
    reserve: gpus(before.lot * whole(random, 0, 2)),
    compensation: { recall: ppm(oneOf(random, [0, 50_001, 333_333])), breach: ONE_PPM },
  };
  return { account, command: () => ({ type: "change_policy", pool: config.id, policy: changed }) };
};
