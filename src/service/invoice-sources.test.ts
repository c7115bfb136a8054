import { expect, test } from "vitest";
import type { Recorded } from "../exchange/recorded.ts";
import type { Trial } from "../exchange/trial.test-data.ts";
import { boughtIn, openedTrial, publish } from "../exchange/trial.test-data.ts";
import { composeInvoice } from "../invoicing/compose.ts";
import type { InvoiceDraft } from "../invoicing/invoice.ts";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { gpuMs, microUsd, MINUTE_MS, ppm } from "../units.ts";
import { InvoiceSources } from "./invoice-sources.ts";

const DELIVERED = 8 * 60 * MINUTE_MS;

/** Sells all of a contract of eight GPUs through the first hour on. */
function resell(trial: Trial, contract: string, from: string, to: string, dollars: bigint) {
  const limit = dollars * 1_000_000n;
  const hour = { from: 0, to: 60, limit };
  const listing = sellOf(contract, { id: `list-${contract}`, account: from, ...hour });
  trial.do({ type: "place_order", order: listing, now: at(0) });
  const order = buyOf({ id: `buy-${contract}`, account: to, ...hour });
  return boughtIn(trial.do({ type: "place_order", order, now: at(0) })).id;
}

/** Account x buys an hour of all that is for sale, and sells it to y, who sells it on along the chain. */
function resold(chain: readonly string[]): { readonly trial: Trial; readonly contract: string } {
  const trial = openedTrial();
  publish(trial, 8);
  const order = buyOf({ id: "o", account: "x", from: 0, to: 60 });
  let contract = boughtIn(trial.do({ type: "place_order", order, now: at(0) })).id;
  let [holder, dollars] = ["x", 2n];
  for (const next of chain) {
    contract = resell(trial, contract, holder, next, dollars);
    [holder, dollars] = [next, dollars + 1n];
  }
  trial.advance(at(60));
  const reading = { contract, from: at(0), to: at(60), gpuMs: gpuMs(DELIVERED) };
  trial.do({ type: "record_usage", reading });
  return { trial, contract };
}

function invoiceOf(trial: Trial, id: string): InvoiceDraft {
  const period = { start: at(0), end: at(100) };
  const sources = new InvoiceSources(id, period, trial.state.market);
  const recorded = trial.events.map((event, index): Recorded => {
    return { sequence: index + 1, at: at(60), event };
  });
  for (const each of recorded) sources.hear(each);
  return composeInvoice({
    customer: { id, name: id, email: "", taxRate: ppm(190_000) },
    period,
    entries: sources.entries,
    readings: sources.readings,
    contracts: sources.contracts.values(),
    purchases: sources.purchases,
    eventOf: sources.eventOf,
    opening: { balance: microUsd(0n), earnings: microUsd(0n) },
    creditNotes: new Set(),
  });
}

test("who resold a contract sees what it pays for it, at which price and by which readings", () => {
  const { trial, contract } = resold(["y", "z"]);
  for (const [payer, price] of [
    ["x", 500_000n],
    ["y", 2_000_000n],
    ["z", 3_000_000n],
  ] as const) {
    const usage = invoiceOf(trial, payer).lines.find(({ kind }) => kind === "usage");
    expect(usage).toMatchObject({
      price,
      gpuMs: DELIVERED,
      contract: { contract, sku: "H100", gpus: 8, window: { start: at(0), end: at(60) } },
    });
    expect(usage?.trace.readings).toHaveLength(1);
  }
});

test("who bought a contract of one seller twice pays no one price for it", () => {
  const { trial } = resold(["y", "x", "y"]);
  const lines = invoiceOf(trial, "y").lines.filter(({ kind }) => kind === "usage");
  // Two and four dollars for each of eight GPU-hours.
  expect(lines).toMatchObject([{ price: null, amount: 48_000_000n, gpuMs: DELIVERED }]);
});

test("a contract that another bought and kept stands in nobody else's sources", () => {
  const { trial } = resold(["y"]);
  const sources = new InvoiceSources("z", { start: at(0), end: at(100) }, trial.state.market);
  for (const [index, event] of trial.events.entries()) {
    sources.hear({ sequence: index + 1, at: at(60), event });
  }
  expect([sources.contracts.size, sources.readings.length, [...sources.purchases].length]).toEqual([
    0, 0, 0,
  ]);
});
