import { expect, test } from "vitest";
import { StateHash } from "../state-hash.ts";
import {
  durationMs,
  earlier,
  epochMs,
  gpus,
  HOUR_MS,
  later,
  microUsdPerGpuHour,
  ONE_PPM,
  ppm,
} from "../units.ts";
import { applyOwner } from "./apply-owner.ts";
import type { OwnerCommand, OwnerRefusal } from "./commands.ts";
import { decideOwner } from "./decide-owner.ts";
import type { Block, OwnerState, TrainingRun } from "./state.ts";
import { DEFAULT_FEES, feesOf, nothingOffered } from "./state.ts";

const NOW = epochMs(1_800_000_000_000);
const context = { now: NOW, isPool: (id: string) => id === "p" };
const price = microUsdPerGpuHour(2_000_000n);

const RUN: TrainingRun = {
  id: "r2",
  pool: "p",
  name: "a run",
  declared: NOW,
  start: NOW,
  duration: HOUR_MS,
  gpus: gpus(64),
};
const BLOCK: Block = {
  id: "b2",
  pool: "p",
  kind: "maintenance",
  window: { start: NOW, end: later(NOW, HOUR_MS) },
  gpus: gpus(8),
  note: "",
};
const none = gpus(0);
const never = durationMs(0);
const instant = { start: NOW, end: NOW };
const past = { start: earlier(NOW, HOUR_MS), end: NOW };
const over = earlier(NOW, HOUR_MS);

function ask(state: OwnerState, command: OwnerCommand): OwnerRefusal | null {
  const outcome = decideOwner(state, command, context);
  if (typeof outcome === "string") return outcome;
  applyOwner(state, outcome);
  return null;
}

/** With run r1 and block b1, and no price. */
function opened(hash = new StateHash()): OwnerState {
  const state = nothingOffered(hash);
  ask(state, { type: "declare_run", run: { ...RUN, id: "r1" } });
  ask(state, { type: "block_gpus", block: { ...BLOCK, id: "b1" } });
  return state;
}

/** Every refusal in its documented order; each fault has the later ones as well. */
const REFUSALS: readonly (readonly [OwnerRefusal, OwnerCommand])[] = [
  ["pool_unknown", { type: "set_price", pool: "q", price: microUsdPerGpuHour(0n) }],
  ["price_not_positive", { type: "set_price", pool: "p", price: microUsdPerGpuHour(0n) }],
  ["pool_unknown", { type: "set_selling", pool: "q", selling: true }],
  ["price_missing", { type: "set_selling", pool: "p", selling: false }],
  ["pool_unknown", { type: "declare_run", run: { ...RUN, pool: "q", id: "r1" } }],
  ["run_id_repeated", { type: "declare_run", run: { ...RUN, id: "r1", gpus: none } }],
  ["gpus_not_positive", { type: "declare_run", run: { ...RUN, gpus: none, duration: never } }],
  ["duration_not_positive", { type: "declare_run", run: { ...RUN, duration: never } }],
  ["run_is_over", { type: "declare_run", run: { ...RUN, start: over } }],
  ["run_unknown", { type: "withdraw_run", run: "r2" }],
  ["pool_unknown", { type: "block_gpus", block: { ...BLOCK, pool: "q", id: "b1" } }],
  ["block_id_repeated", { type: "block_gpus", block: { ...BLOCK, id: "b1", gpus: none } }],
  ["gpus_not_positive", { type: "block_gpus", block: { ...BLOCK, gpus: none, window: instant } }],
  ["duration_not_positive", { type: "block_gpus", block: { ...BLOCK, window: instant } }],
  ["block_is_over", { type: "block_gpus", block: { ...BLOCK, window: past } }],
  ["block_unknown", { type: "unblock_gpus", block: "b2" }],
  ["fee_out_of_range", { type: "set_fees", fees: { ...DEFAULT_FEES, sale: ppm(-1) } }],
  ["fee_out_of_range", { type: "set_fees", fees: { ...DEFAULT_FEES, resale: ppm(1_000_001) } }],
];

test.each(REFUSALS)("%s: %o", (refusal, command) => {
  const hash = new StateHash();
  const state = opened(hash);
  const before = hash.toString();
  expect(ask(state, command)).toBe(refusal);
  expect(hash.toString()).toBe(before);
});

test("a pool with a price sells until the owner stops it, and a new price does not start it again", () => {
  const state = opened();
  ask(state, { type: "set_price", pool: "p", price });
  expect(state.offerings.get("p")).toEqual({ pool: "p", price, selling: true });
  ask(state, { type: "set_selling", pool: "p", selling: false });
  const dearer = microUsdPerGpuHour(3_000_000n);
  ask(state, { type: "set_price", pool: "p", price: dearer });
  expect(state.offerings.get("p")).toEqual({ pool: "p", price: dearer, selling: false });
});

test("a run that has begun may be declared, until it is over", () => {
  const lastMs = later(over, durationMs(1));
  expect(ask(opened(), { type: "declare_run", run: { ...RUN, start: lastMs } })).toBeNull();
});

test("a block of null GPUs is of the whole pool", () => {
  const block = { ...BLOCK, gpus: null };
  const state = opened();
  expect(ask(state, { type: "block_gpus", block })).toBeNull();
  expect(state.blocks.get("b2")).toEqual(block);
});

test("what is withdrawn leaves no trace in the hash, and its id is free again", () => {
  const hash = new StateHash();
  const state = opened(hash);
  const before = hash.toString();
  ask(state, { type: "declare_run", run: RUN });
  ask(state, { type: "block_gpus", block: BLOCK });
  expect(hash.toString()).not.toBe(before);
  ask(state, { type: "withdraw_run", run: "r2" });
  ask(state, { type: "unblock_gpus", block: "b2" });
  expect(hash.toString()).toBe(before);
  expect(ask(state, { type: "declare_run", run: RUN })).toBeNull();
});

test("fees are what was set last, up to all of the price, and something before that", () => {
  const state = opened();
  expect(feesOf(state)).toEqual(DEFAULT_FEES);
  const fees = { sale: ONE_PPM, resale: ppm(0), cancellation: ppm(1) };
  expect(ask(state, { type: "set_fees", fees })).toBeNull();
  expect(feesOf(state)).toEqual(fees);
});
