import { expect, test } from "vitest";
import { buyOf } from "../market/market.test-data.ts";
import type { Block } from "../owner/state.ts";
import { at, POLICY } from "../recall/recall.test-data.ts";
import { gpus, microUsdPerGpuHour } from "../units.ts";
import type { Trial } from "./trial.test-data.ts";
import { openedTrial } from "./trial.test-data.ts";

const PRICE = microUsdPerGpuHour(1_000_000n);

function offering(): Trial {
  const trial = openedTrial();
  trial.do({ type: "set_price", pool: "p", price: PRICE });
  return trial;
}

function buy(trial: Trial, id: string, size: number, [from, to]: readonly [number, number]) {
  const terms = { fill: "all-or-none" } as const;
  const order = buyOf({ id, account: "x", gpus: size, from, to, terms });
  const placed = trial.try({ type: "place_order", order, now: trial.state.market.now });
  return typeof placed === "string" ? placed : "sold";
}

const block = (terms: Partial<Block>): Block => {
  const window = { start: at(60), end: at(120) };
  return { id: "b", pool: "p", kind: "blackout", window, gpus: null, note: "", ...terms };
};

test("from the moment that the owner stops selling nothing of its own is sold", () => {
  const trial = offering();
  expect(buy(trial, "before", 8, [0, 60])).toBe("sold");
  trial.do({ type: "set_selling", pool: "p", selling: false });
  expect(buy(trial, "after", 8, [0, 60])).toBe("no_supply");
  expect(buy(trial, "later", 8, [120, 240])).toBe("no_supply");
});

test("from the moment that the owner sets a price everything is sold at it", () => {
  const trial = offering();
  const dear = microUsdPerGpuHour(20_000_000n);
  trial.do({ type: "set_price", pool: "p", price: dear });
  expect(buy(trial, "after", 8, [0, 60])).toBe("no_supply_at_this_price");
  trial.do({ type: "set_price", pool: "p", price: PRICE });
  expect(buy(trial, "again", 8, [0, 60])).toBe("sold");
});

test("what a policy reserves is not sold from the moment that it is set", () => {
  const trial = offering();
  trial.do({ type: "change_policy", pool: "p", policy: { ...POLICY, reserve: gpus(56) } });
  expect(buy(trial, "much", 16, [0, 60])).not.toBe("sold");
  expect(buy(trial, "little", 8, [0, 60])).toBe("sold");
});

test.each(["blackout", "maintenance", "failure"] as const)(
  "what a %s keeps back is not sold from that moment on, and what is left is",
  (kind) => {
    const trial = offering();
    trial.do({ type: "block_gpus", block: block({ kind, gpus: gpus(40) }) });
    trial.do({ type: "block_gpus", block: block({ id: "c", kind, gpus: gpus(16) }) });
    expect(buy(trial, "much", 16, [60, 120])).not.toBe("sold");
    expect(buy(trial, "little", 8, [60, 120])).toBe("sold");
    expect(buy(trial, "beside", 56, [120, 180])).toBe("sold");
  },
);

test("what an older ladder kept back stays kept back when a block is taken away", () => {
  const trial = offering();
  trial.do({ type: "block_gpus", block: block({}) });
  trial.do({ type: "unblock_gpus", block: "b" });
  expect(buy(trial, "soon", 8, [60, 120])).not.toBe("sold");
});

test("a block that is over keeps nothing back", () => {
  const trial = offering();
  trial.advance(at(200));
  expect(trial.try({ type: "block_gpus", block: block({}) })).toBe("block_is_over");
});
