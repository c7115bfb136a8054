import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyExchange } from "../exchange/apply-exchange.ts";
import type { ExchangeCommand, ExchangeEvent, ExchangeRefusal } from "../exchange/commands.ts";
import { decideExchange } from "../exchange/decide-exchange.ts";
import { AUCTION_MAKERS } from "../exchange/random-auctions.test-data.ts";
import type { Maker } from "../exchange/random-commands.test-data.ts";
import { MAKERS } from "../exchange/random-commands.test-data.ts";
import { RENTAL_MAKERS } from "../exchange/random-rentals.test-data.ts";
import { exchangeRecords, restoreExchange } from "../exchange/records.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { emptyExchange, stateHash } from "../exchange/state.ts";
import { accountOf } from "../exchange/trial.test-data.ts";
import { creditOf } from "../ledger/chart.ts";
import { drawsOf, POOLS, publish, TIGHT } from "../market/random-commands.test-data.ts";
import { findContract } from "../market/state.ts";
import { at, minutes } from "../recall/recall.test-data.ts";
import { assert, epochMs, floorTo, gpus, microUsd, MINUTE_MS, ppm } from "../units.ts";
import { Views } from "../views/views.ts";
import { readSnapshotBytes, writeSnapshotBytes } from "./snapshot-bytes.ts";

const RUNS = 60;
const CUTS = 4;

/** A writer's memory. */
interface Memory {
  readonly state: ExchangeState;
  readonly views: Views;
  sequence: number;
}

type Outcome = ExchangeRefusal | readonly ExchangeEvent[];

function carryOut(memory: Memory, command: ExchangeCommand): Outcome {
  const decision = decideExchange(memory.state, command);
  if ("refusal" in decision) return decision.refusal;
  for (const event of decision.events) {
    applyExchange(memory.state, event);
    memory.sequence += 1;
    const recorded = { sequence: memory.sequence, at: memory.state.market.now, event };
    memory.views.hear(recorded, memory.state);
  }
  return decision.events;
}

const renting: readonly Maker[] = RENTAL_MAKERS.map((make) => (state, numbers, id) => {
  const credit = (account: string): bigint => state.ledger.balance(creditOf(account));
  const contract = (held: string) => {
    const found = findContract(state.market, held)?.contract;
    assert(found !== undefined, `contract ${held} lives`);
    return found;
  };
  return make({ state, contract, credit }, numbers, id);
});

/** On to the next minute, so that rentals are renewed and bids cleared; at times a few of them. */
const minute: Maker = ({ market: { now } }, [a = 0]) => {
  const passed = a % 8 === 7 ? a % 5 : 1;
  return { type: "advance", now: epochMs(floorTo(now, MINUTE_MS) + passed * MINUTE_MS) };
};

const renew: Maker = ({ market: { now } }) => ({ type: "renew_rentals", now });

const clear: Maker = ({ market: { now } }, [a = 0]) => {
  return { type: "clear_spot", pool: a % 2 === 0 ? "p" : "q", interval: minutes(2), now };
};

const claim: Maker = ({ market }, [a = 0, b = 0], id) => {
  const { now, contracts } = market;
  const [contract, place] = [...contracts][a % Math.max(1, contracts.size)] ?? [];
  const account = ["x", "y", "z", "w"][b % 4];
  if (contract === undefined || place === undefined || account === undefined) return null;
  const window = { start: at(0), end: now };
  const said = {
    id,
    account,
    contract,
    pool: place.pool,
    window,
    gpus: gpus(8),
    note: id,
    claimed: now,
  };
  return { type: "claim_breach", claim: said };
};

const ALL: readonly Maker[] = [
  ...MAKERS,
  ...AUCTION_MAKERS,
  ...renting,
  ...renting,
  ...[minute, renew, clear, minute].flatMap((make) => Array.from({ length: 16 }, () => make)),
  claim,
];

const KEY = { account: "x", member: "m", name: "", hint: "", scopes: [], created: at(0) };
const OPENING: readonly ExchangeCommand[] = [
  ...POOLS.map((pool) => ({ type: "open_pool", pool, policy: TIGHT }) as const),
  ...[
    accountOf("x"),
    accountOf("y", { payment: { kind: "postpaid", limit: microUsd(9_000_000n) }, taxRate: ppm(0) }),
    accountOf("z", { taxRate: ppm(70_001), maxGpus: gpus(48) }),
    accountOf("w"),
  ].flatMap((account) => [
    { type: "create_account", account } as const,
    {
      type: "deposit",
      account: account.id,
      amount: microUsd(20_000_001n),
      means: "manual",
      reference: `first-${account.id}`,
    } as const,
  ]),
  {
    type: "add_member",
    member: { id: "m", account: "x", name: "m", email: "", role: "buyer_admin" },
  },
  { type: "create_key", key: { ...KEY, id: "k", hash: "h", expires: null, revoked: null } },
];

function opened(): Memory {
  const memory = { state: emptyExchange(at(0)), views: new Views(), sequence: 0 };
  for (const command of OPENING) carryOut(memory, command);
  for (const number of [0, 1]) {
    const ladder = publish(memory.state.market, [number, 7, 7, 7, 7, 7], "");
    if (ladder !== null) carryOut(memory, ladder);
  }
  memory.views.takeChanged();
  return memory;
}

const filled = new Set<string>();

const go = (): Promise<void> => Promise.resolve();

async function throughBytes({ state, views, sequence }: Memory): Promise<Memory> {
  const records = { ...exchangeRecords(state), views: { documents: views.records() } };
  for (const [part, names] of Object.entries(records)) {
    for (const [name, list] of Object.entries(names as Record<string, readonly unknown[]>)) {
      if (list.length > 0) filled.add(`${part}.${name}`);
    }
  }
  const read = await readSnapshotBytes(await writeSnapshotBytes(records, go), go);
  return { state: restoreExchange(read), views: new Views(read.views.documents), sequence };
}

const PARTS = [
  ...["clock", "pools", "contracts", "tallies", "recalls", "orders", "due"].map(
    (name) => `market.${name}`,
  ),
  ...["accounts", "members", "keys"].map((name) => `accounts.${name}`),
  ...["rentals", "bids", "spot", "shelves"].map((name) => `rental.${name}`),
  ...["orderHolds", "bookings", "claims"].map((name) => `exchange.${name}`),
  "auctions.running",
  "auctions.orders",
  "billing.deals",
  "ledger.turnovers",
  "owner.fees",
  "invoicing.accounts",
  "views.documents",
];

test("who goes on from a snapshot decides and tells the same as who goes on without one", async () => {
  const cuts = fc.array(fc.nat(99), { minLength: CUTS, maxLength: CUTS });
  await fc.assert(
    fc.asyncProperty(drawsOf(ALL.length, 120), cuts, async (drawn, places) => {
      const memory = opened();
      const others: Memory[] = [];
      const cutAt = new Set(places.map((place) => Math.floor((place * drawn.length) / 100)));
      for (const [index, { kind, numbers }] of drawn.entries()) {
        if (cutAt.has(index)) others.push(await throughBytes(memory));
        const command = ALL[kind]?.(memory.state, numbers, `n${index}`) ?? null;
        if (command === null) continue;
        const outcome = carryOut(memory, command);
        const documents = memory.views.takeChanged();
        for (const other of others) {
          const told = [carryOut(other, command), other.views.takeChanged()];
          // The same as what is expected next, and much faster where it holds.
          if (!isDeepStrictEqual(told, [outcome, documents]))
            expect(told).toEqual([outcome, documents]);
          expect(stateHash(other.state)).toBe(stateHash(memory.state));
        }
      }
      const [end, again] = [
        await throughBytes(memory),
        await throughBytes(await throughBytes(memory)),
      ];
      expect(exchangeRecords(end.state)).toEqual(exchangeRecords(again.state));
      expect(stateHash(end.state)).toBe(stateHash(memory.state));
      expect(end.state.accounts.keysByHash).toEqual(memory.state.accounts.keysByHash);
    }),
    { numRuns: RUNS },
  );
  expect(PARTS.filter((part) => !filled.has(part))).toEqual([]);
});
