import { expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import type { OrderDraft } from "../market/market.test-data.ts";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import type { Order } from "../market/order.ts";
import { at, minutes } from "../recall/recall.test-data.ts";
import {
  durationMs,
  epochMs,
  FIRM,
  gpus,
  HOUR_MS,
  microUsd,
  microUsdPerGpuHour,
  ppm,
} from "../units.ts";
import type { ExchangeRefusal } from "./commands.ts";
import { stateHash } from "./state.ts";
import type { Trial } from "./trial.test-data.ts";
import { accountOf, boughtIn, eventsOf, openedTrial, publish } from "./trial.test-data.ts";

function place(trial: Trial, order: Order) {
  return trial.try({ type: "place_order", order, now: trial.state.market.now });
}

function amend(trial: Trial, replaces: string, order: Order) {
  return trial.try({ type: "amend_order", replaces, order, now: trial.state.market.now });
}

function match(trial: Trial, order: string) {
  return trial.try({ type: "match_order", order, now: trial.state.market.now });
}

/** Buys by x. */
function orderOf(draft: OrderDraft): Order {
  return buyOf({ account: "x", ...draft });
}

/** Below every price, until minute 200: it rests. */
function standing(draft: OrderDraft): Order {
  const terms = { lifetime: "standing", expires: at(200), ...draft.terms } as const;
  return orderOf({ limit: 400_000n, ...draft, terms });
}

function change(trial: Trial, id: string, terms: Partial<Account>): void {
  trial.do({ type: "change_account", account: accountOf(id, terms) });
}

/** Accounts that may not buy all that x may. */
function restricted(): Trial {
  const trial = openedTrial();
  const strangers: readonly (readonly [string, Partial<Account>])[] = [
    ["closed", { status: "closed", skus: [], maxGpus: gpus(0) }],
    ["elsewhere", { skus: ["A100"], maxGpus: gpus(0), accepted: { version: "1", at: at(0) } }],
    ["small", { maxGpus: gpus(0), accepted: { version: "1", at: at(0) } }],
    ["poor", { accepted: { version: "1", at: at(0) } }],
    ["refuser", { skus: [], maxGpus: gpus(0) }],
  ];
  for (const [id, terms] of strangers) {
    trial.do({ type: "create_account", account: accountOf(id, terms) });
  }
  trial.do({ type: "require_terms", version: "1" });
  return trial;
}

/** In the documented order; each customer has the later faults as well. */
const REFUSALS: readonly (readonly [ExchangeRefusal, string, Partial<Order>])[] = [
  ["account_unknown", "nobody", { gpus: gpus(1) }],
  ["account_closed", "closed", { gpus: gpus(1) }],
  ["terms_not_accepted", "refuser", { gpus: gpus(1) }],
  ["sku_not_allowed", "elsewhere", { gpus: gpus(9) }],
  ["gpu_limit_reached", "small", { gpus: gpus(9) }],
  ["gpus_not_whole_lots", "poor", { gpus: gpus(9) }],
  ["insufficient_credit", "poor", {}],
];

test.each(REFUSALS)("%s: an order by %s with %o", (refusal, account, terms) => {
  const trial = restricted();
  const before = stateHash(trial.state);
  expect(place(trial, buyOf({ id: "o", account, terms }))).toBe(refusal);
  expect(stateHash(trial.state)).toBe(before);
});

test.each(["nobody", "closed", "refuser"])("who may not buy may not sell either: %s", (account) => {
  const refusal = REFUSALS.find(([, who]) => who === account)?.[0];
  expect(place(restricted(), sellOf("c", { id: "o", account }))).toBe(refusal);
});

test("what an account holds it may sell, whatever it may buy now", () => {
  const trial = openedTrial();
  const { id } = boughtIn(place(trial, orderOf({ id: "o" })));
  change(trial, "x", { skus: [], maxGpus: gpus(0) });
  const listed = place(trial, sellOf(id, { id: "l", account: "x" }));
  expect(eventsOf(listed, "order_rested")).toHaveLength(1);
});

test("an order that credit covers to the last micro-dollar is placed, and one for a micro-dollar more is not", () => {
  // Eight GPUs for four hours at a dollar, with 19 % tax.
  const cost = 38_080_000n;
  const outcomes = [cost, cost - 1n].map((credit) => {
    const trial = openedTrial();
    trial.do({ type: "create_account", account: accountOf("v") });
    const amount = microUsd(credit);
    trial.do({ type: "deposit", account: "v", amount, means: "manual", reference: "v" });
    return place(trial, buyOf({ id: "o", account: "v", notice: FIRM }));
  });
  expect(outcomes[1]).toBe("insufficient_credit");
  expect(eventsOf(outcomes[0] ?? "", "contract_sold")).toHaveLength(1);
});

test("a postpaid account owes down to its limit", () => {
  const trial = openedTrial();
  const payment = { kind: "postpaid", limit: microUsd(38_080_000n) } as const;
  trial.do({ type: "create_account", account: accountOf("v", { payment }) });
  expect(place(trial, buyOf({ id: "o", account: "v", gpus: 16, notice: FIRM }))).toBe(
    "insufficient_credit",
  );
  boughtIn(place(trial, buyOf({ id: "o", account: "v", notice: FIRM })));
  expect(trial.credit("v")).toBe(-38_080_000n);
});

test("a standing order is held for its highest cost until it leaves", () => {
  const trial = openedTrial();
  const terms = { duration: { min: minutes(60), max: minutes(120) } };
  place(trial, standing({ id: "o", terms }));
  // Eight GPUs for two hours at 40 cents, with 19 % tax.
  expect(trial.held("x")).toBe(7_616_000n);
  trial.do({ type: "cancel_order", order: "o" });
  expect(trial.held("x")).toBe(0n);
});

test("a standing order that is filled in part is held for the rest, at its limit", () => {
  const trial = openedTrial();
  publish(trial, 8);
  const order = standing({ id: "o", gpus: 24, limit: 1_000_000n });
  const { price } = boughtIn(place(trial, order));
  const hours = 8n * 4n;
  const bought = (price * hours * 119n) / 100n;
  expect(trial.held("x")).toBe(bought + (1_000_000n * hours * 2n * 119n) / 100n);
  trial.advance(at(200));
  expect(trial.held("x")).toBe(bought);
});

test("what an account holds and has on order counts against its limit at each time by itself", () => {
  const trial = openedTrial();
  change(trial, "x", { maxGpus: gpus(16) });
  boughtIn(place(trial, orderOf({ id: "a", from: 0, to: 60 })));
  place(trial, standing({ id: "b", from: 60, to: 120, gpus: 16 }));
  const later8 = { from: 30, to: 90 };
  expect(place(trial, orderOf({ id: "c", ...later8 }))).toBe("gpu_limit_reached");
  trial.do({ type: "cancel_order", order: "b" });
  boughtIn(place(trial, orderOf({ id: "c", ...later8 })));
  expect(place(trial, orderOf({ id: "d", from: 59, to: 61 }))).toBe("gpu_limit_reached");
  boughtIn(place(trial, orderOf({ id: "d", from: 60, to: 61 })));
});

test("an order beyond arithmetic is the market's to refuse, under a limit as well", () => {
  const trial = openedTrial();
  change(trial, "x", { maxGpus: gpus(16) });
  const far = epochMs(9_007_199_254_740_000);
  const start = { earliest: far, latest: far };
  expect(place(trial, orderOf({ id: "o", terms: { start } }))).toBe("order_too_large");
  const never = { min: durationMs(0 - HOUR_MS), max: durationMs(0 - HOUR_MS) };
  expect(place(trial, orderOf({ id: "o", terms: { duration: never } }))).toBe(
    "duration_not_positive",
  );
});

test("an amendment is refused in this order", () => {
  const trial = openedTrial();
  place(trial, standing({ id: "o" }));
  expect(amend(trial, "lost", standing({ id: "n", account: "nobody" }))).toBe("order_unknown");
  expect(amend(trial, "o", standing({ id: "n", account: "y" }))).toBe("order_unknown");
  const listing = sellOf("c", { id: "n", account: "x" });
  expect(amend(trial, "o", listing)).toBe("side_differs");
  const dear = standing({ id: "n", gpus: 9 });
  change(trial, "x", { skus: [] });
  expect(amend(trial, "o", dear)).toBe("sku_not_allowed");
  change(trial, "x", {});
  expect(amend(trial, "o", dear)).toBe("gpus_not_whole_lots");
  expect(amend(trial, "o", standing({ id: "o" }))).toBe("order_id_repeated");
  expect(amend(trial, "o", standing({ id: "n", gpus: 100_000 }))).toBe("insufficient_credit");
  expect(trial.state.market.book.get("o")?.gpus).toBe(8);
});

test("an amendment needs no room or credit beside the order that it replaces", () => {
  const trial = openedTrial();
  change(trial, "x", { maxGpus: gpus(8) });
  trial.do({
    type: "pay_out",
    account: "x",
    amount: microUsd(1_000_000_000n - 15_232_000n),
    means: "manual",
    reference: "out",
  });
  place(trial, standing({ id: "o" }));
  expect(trial.credit("x")).toBe(0n);
  expect(place(trial, standing({ id: "n", from: 0, to: 5 }))).toBe("gpu_limit_reached");
  const done = amend(trial, "o", standing({ id: "n" }));
  expect(eventsOf(done, "order_placed")).toMatchObject([{ replaces: "o" }]);
  expect([trial.credit("x"), trial.held("x")]).toEqual([0n, 15_232_000n]);
  expect(trial.state.market.book.get("o")).toBeUndefined();
});

test("what an account may buy is asked again when its standing order is matched", () => {
  const trial = openedTrial();
  place(trial, standing({ id: "o" }));
  place(
    trial,
    sellOf(boughtIn(place(trial, buyOf({ id: "c", account: "y" }))).id, { id: "l", account: "y" }),
  );
  expect(match(trial, "lost")).toBe("order_unknown");
  expect(match(trial, "l")).toBe("order_unknown");
  trial.do({ type: "require_terms", version: "1" });
  expect(match(trial, "o")).toBe("terms_not_accepted");
  trial.do({ type: "require_terms", version: null });
  change(trial, "x", { skus: ["A100"] });
  expect(match(trial, "o")).toBe("sku_not_allowed");
  change(trial, "x", { maxGpus: gpus(0) });
  expect(match(trial, "o")).toBe("gpu_limit_reached");
  change(trial, "x", { maxGpus: gpus(8) });
  expect(eventsOf(match(trial, "o"), "contract_resold")).toHaveLength(1);
});

test("a standing order is not matched where a higher tax overdraws its account", () => {
  const trial = openedTrial();
  const { id } = boughtIn(place(trial, buyOf({ id: "c", account: "y" })));
  const order = standing({ id: "o" });
  place(trial, order);
  trial.do({
    type: "pay_out",
    account: "x",
    amount: microUsd(trial.credit("x")),
    means: "manual",
    reference: "out",
  });
  place(trial, sellOf(id, { id: "l", account: "y", limit: order.limit }));
  change(trial, "x", { taxRate: ppm(200_000) });
  expect(match(trial, "o")).toBe("insufficient_credit");
  change(trial, "x", {});
  boughtIn(match(trial, "o"));
});

test("with an account its orders leave the book, and what was held for them is free", () => {
  const trial = openedTrial();
  const { id } = boughtIn(place(trial, orderOf({ id: "c" })));
  place(trial, standing({ id: "o" }));
  place(trial, standing({ id: "p", account: "y" }));
  place(trial, sellOf(id, { id: "l", account: "x" }));
  const held = trial.held("x");
  change(trial, "x", { status: "closed" });
  expect([...trial.state.market.book.buys()].map((order) => order.id)).toEqual(["p"]);
  expect([...trial.state.market.book.sells()]).toEqual([]);
  expect(trial.held("x")).toBe(held - 15_232_000n);
  // What it holds runs its course.
  expect(trial.contract(id).holder).toBe("x");
});

test("with an account its shelves are closed, and nothing more is rented from them", () => {
  const trial = openedTrial();
  const { id } = boughtIn(place(trial, orderOf({ id: "c" })));
  const terms = { price: microUsdPerGpuHour(1n), shortest: minutes(1), longest: minutes(60) };
  const shelf = { id: "s", account: "x", contract: id, leastGpus: gpus(8), ...terms };
  trial.do({ type: "open_shelf", shelf, now: at(0) });
  change(trial, "x", { status: "closed" });
  expect(eventsOf(trial.events, "shelf_closed")).toMatchObject([{ shelf: "s", why: "closed" }]);
  const wish = { account: "y", gpus: gpus(8), fabric: "any", start: null } as const;
  const slice = { id: "w", ...wish, duration: minutes(5), limit: microUsdPerGpuHour(9n) };
  const asked = trial.try({ type: "rent_slice", shelf: "s", slice, now: at(0) });
  expect(asked).toBe("shelf_unknown");
  const again = { ...shelf, id: "t" };
  expect(trial.try({ type: "open_shelf", shelf: again, now: at(0) })).toBe("account_closed");
});
