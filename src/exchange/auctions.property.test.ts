import * as fc from "fast-check";
import { expect, test } from "vitest";
import { drawsOf, POOLS, publish, TIGHT } from "../market/random-commands.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { gpus, microUsd, ppm } from "../units.ts";
import { applyExchange } from "./apply-exchange.ts";
import { ExchangeAuditor } from "./auditor.test-data.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import { decideExchange } from "./decide-exchange.ts";
import { AUCTION_MAKERS } from "./random-auctions.test-data.ts";
import { MAKERS } from "./random-commands.test-data.ts";
import type { ExchangeState } from "./state.ts";
import { emptyExchange, stateHash } from "./state.ts";
import { accountOf } from "./trial.test-data.ts";

const RUNS = 200;
const BOTH = [...AUCTION_MAKERS, ...AUCTION_MAKERS, ...MAKERS];

interface Audited {
  readonly state: ExchangeState;
  readonly journal: ExchangeEvent[];
  readonly auditor: ExchangeAuditor;
}

/** What happened over all trials: a property that nothing puts to the test proves nothing. */
const seen = new Map<string, number>();

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

function carryOut({ state, journal, auditor }: Audited, command: ExchangeCommand): void {
  const before = stateHash(state);
  const decision = decideExchange(state, command);
  if (stateHash(state) !== before) throw new Error("a decision changed the state");
  if ("refusal" in decision) {
    count(`${command.type}: ${decision.refusal}`);
    return;
  }
  for (const event of decision.events) {
    count(`${command.type} → ${event.type}`);
    auditor.hear(event, command);
    applyExchange(state, event);
    journal.push(event);
  }
  auditor.check(state);
}

const CUSTOMERS = [
  accountOf("x"),
  accountOf("y", {
    payment: { kind: "postpaid", limit: microUsd(9_000_000n) },
    taxRate: ppm(0),
  }),
  accountOf("z", { taxRate: ppm(70_001), maxGpus: gpus(48) }),
  accountOf("w"),
];

function opened(): Audited {
  const audited = { state: emptyExchange(at(0)), journal: [], auditor: new ExchangeAuditor(at(0)) };
  for (const pool of POOLS) carryOut(audited, { type: "open_pool", pool, policy: TIGHT });
  for (const number of [0, 1]) {
    const ladder = publish(audited.state.market, [number, 7, 7, 7, 7, 7], "");
    if (ladder !== null) carryOut(audited, ladder);
  }
  for (const account of CUSTOMERS) {
    carryOut(audited, { type: "create_account", account });
    const paid = { account: account.id, amount: microUsd(9_000_001n), means: "manual" };
    carryOut(audited, { type: "deposit", ...paid, reference: `first-${account.id}` });
  }
  return audited;
}

/** All are called off, and nothing is held for their orders. */
function wind(audited: Audited): void {
  const { auctions, market, orderHolds } = audited.state;
  for (const auction of auctions.running.values()) {
    carryOut(audited, { type: "call_off_auction", auction: auction.sale.id });
  }
  expect(auctions.orders.size).toBe(0);
  expect([...orderHolds.values()].every(({ order }) => market.book.get(order))).toBe(true);
}

const COMMON = [
  "clear_auction → contract_sold",
  "cancel_auction_order → auction_order_cancelled",
  "call_off_auction → settled",
  "cancel_auction_order: auction_locked",
  "place_auction_order: gpu_limit_reached",
  "place_auction_order: insufficient_credit",
  "clear_auction: outcome_outdated",
  "clear_auction: order_unknown",
  "clear_auction: price_below_reserve",
  "clear_auction: offer_oversold",
];

test("whatever is auctioned beside all else, no GPU is sold twice and the books are those of first principles", () => {
  fc.assert(
    fc.property(drawsOf(BOTH.length, 120), (drawn) => {
      const audited = opened();
      for (const [index, { kind, numbers }] of drawn.entries()) {
        const command = BOTH[kind]?.(audited.state, numbers, `n${index}`) ?? null;
        if (command !== null) carryOut(audited, command);
      }
      wind(audited);
      const replayed = emptyExchange(at(0));
      for (const event of audited.journal) applyExchange(replayed, event);
      expect(stateHash(replayed)).toBe(stateHash(audited.state));
    }),
    { numRuns: RUNS },
  );
  expect(COMMON.filter((what) => !seen.has(what))).toEqual([]);
});
