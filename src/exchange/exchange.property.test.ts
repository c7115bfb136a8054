import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import { drawsOf, POOLS, publish, TIGHT } from "../market/random-commands.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { gpus, microUsd, ppm } from "../units.ts";
import { applyExchange } from "./apply-exchange.ts";
import { ExchangeAuditor } from "./auditor.test-data.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import { decideExchange } from "./decide-exchange.ts";
import { MAKERS } from "./random-commands.test-data.ts";
import type { ExchangeState } from "./state.ts";
import { emptyExchange, stateHash } from "./state.ts";
import { accountOf } from "./trial.test-data.ts";

const RUNS = 150;

/** An exchange, its journal, and the auditor who hears what is written there. */
interface Audited {
  readonly state: ExchangeState;
  readonly journal: ExchangeEvent[];
  readonly auditor: ExchangeAuditor;
}

/** What happened over all trials: a property that nothing puts to the test proves nothing. */
const seen = new Set<string>();

function carryOut({ state, journal, auditor }: Audited, command: ExchangeCommand): void {
  const before = stateHash(state);
  const decision = decideExchange(state, command);
  if (stateHash(state) !== before) throw new Error("a decision changed the state");
  if ("refusal" in decision) {
    seen.add(`${command.type}: ${decision.refusal}`);
    return;
  }
  for (const event of decision.events) {
    seen.add(event.type);
    for (const each of detailsOf(event)) seen.add(each);
    auditor.hear(event, command);
    applyExchange(state, event);
    journal.push(event);
  }
  auditor.check(state);
}

function detailsOf(event: ExchangeEvent): string[] {
  if (event.type !== "settled") return [];
  const moved = event.transaction?.transfers.map(({ kind }) => kind) ?? [];
  return [...moved, ...event.deals.map(({ links }) => `sold ${links.length} times`)];
}

const CUSTOMERS: readonly Account[] = [
  accountOf("x"),
  accountOf("y", {
    payment: { kind: "postpaid", limit: microUsd(3_000_000n) },
    taxRate: ppm(0),
  }),
  accountOf("z", { taxRate: ppm(70_001), maxGpus: gpus(24) }),
  accountOf("w"),
];

function opened(): Audited {
  const state = emptyExchange(at(0));
  const audited = { state, journal: [], auditor: new ExchangeAuditor(at(0)) };
  for (const pool of POOLS) carryOut(audited, { type: "open_pool", pool, policy: TIGHT });
  for (const number of [0, 1]) {
    const ladder = publish(state.market, [number, 7, 7, 7, 7, 7], "");
    if (ladder !== null) carryOut(audited, ladder);
  }
  for (const account of CUSTOMERS) carryOut(audited, { type: "create_account", account });
  for (const [index, { id }] of CUSTOMERS.entries()) {
    const amount = microUsd(BigInt(index) * 1_500_000n + 4_000_000n);
    const paid = { account: id, amount, means: "manual", reference: `first-${id}` };
    carryOut(audited, { type: "deposit", ...paid });
  }
  return audited;
}

const COMMON = [
  "sold 1 times",
  "sold 2 times",
  "sold 3 times",
  "contract_resold",
  "contract_cancelled",
  "contract_interrupted",
  "recall_withdrawn",
  "compensation",
  "breach_credit",
  "sla_credit",
  "fee",
  "tax",
  "payout",
  "place_order: account_unknown",
  "place_order: account_closed",
  "place_order: terms_not_accepted",
  "place_order: sku_not_allowed",
  "place_order: gpu_limit_reached",
  "place_order: insufficient_credit",
  "deposit: reference_repeated",
  "record_usage: contract_not_metered",
  "record_usage: metered_in_part",
  "record_usage: meter_gap",
  "record_usage: metered_in_the_future",
  "record_usage: metered_less_than_nothing",
  "record_usage: metered_more_than_held",
];

test("whatever is asked of an exchange, its books are those of first principles", () => {
  fc.assert(
    fc.property(drawsOf(MAKERS.length, 120), (drawn) => {
      const audited = opened();
      for (const [index, { kind, numbers }] of drawn.entries()) {
        const command = MAKERS[kind]?.(audited.state, numbers, `n${index}`) ?? null;
        if (command !== null) carryOut(audited, command);
      }
      const replayed = emptyExchange(at(0));
      for (const event of audited.journal) applyExchange(replayed, event);
      expect(stateHash(replayed)).toBe(stateHash(audited.state));
    }),
    { numRuns: RUNS },
  );
  expect(COMMON.filter((what) => !seen.has(what))).toEqual([]);
});
