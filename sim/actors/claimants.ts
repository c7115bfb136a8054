import { chance } from "../../src/demo/random.ts";
import { epochMs, gpus, MINUTE_MS, microUsd } from "../../src/units.ts";
import { anyOf, whole } from "../draw.ts";
import type { Actor } from "./scene.ts";
import { customer, liveContract } from "./scene.ts";

export const keep: Actor = (scene) => {
  const contract = liveContract(scene);
  if (contract === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : contract.holder;
  const uri = chance(scene.random, 0.2) ? null : "s3://checkpoints/latest";
  return {
    account,
    command: () => ({ type: "keep_checkpoint", contract: contract.id, account, uri }),
  };
};

export const drill: Actor = (scene) => {
  const contract = liveContract(scene);
  if (contract === null) return null;
  const account = chance(scene.random, 0.1) ? customer(scene) : contract.holder;
  return {
    account,
    command: ({ market }, id) => ({
      type: "drill_recall",
      drill: id(),
      contract: contract.id,
      account,
      now: market.now,
    }),
  };
};

export const claim: Actor = (scene) => {
  const { random, now } = scene;
  const contract = liveContract(scene);
  if (contract === null) return null;
  const account = contract.holder;
  const start = epochMs(now - whole(random, -2, 60) * MINUTE_MS);
  const claimed = {
    account,
    contract: contract.id,
    pool: contract.pool,
    window: { start, end: epochMs(start + whole(random, 0, 10) * MINUTE_MS) },
    gpus: gpus(whole(random, 0, 8)),
    note: "they were not there",
  };
  return {
    account,
    command: ({ market }, id) => ({
      type: "claim_breach",
      claim: { ...claimed, id: id(), claimed: market.now },
    }),
  };
};

export const judge: Actor = ({ random, state }) => {
  const open = anyOf(random, state.claims.values());
  if (open === null) return null;
  const credit = microUsd(BigInt(whole(random, 0, 3)) * 70_001n);
  const isAccepted = chance(random, 0.6);
  return {
    account: "owner",
    command: () => ({
      type: "decide_claim",
      claim: open.id,
      outcome: isAccepted ? { kind: "accepted", credit } : { kind: "declined", reason: "no" },
    }),
  };
};
