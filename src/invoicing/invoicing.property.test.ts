import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cashBy, creditOf, heldOf, payableTo } from "../ledger/chart.ts";
import {
  addMoney,
  charge,
  gpuMs,
  microUsd,
  microUsdPerGpuHour,
  NO_MONEY,
  subMoney,
} from "../units.ts";
import { restOf } from "./decide-credit-note.ts";
import { CENT } from "./dues.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import { isCharge } from "./invoice.ts";
import { numbersIn } from "./number-runs.ts";
import type { PostedEntry } from "./posted.ts";
import { sumOf } from "./totals.ts";
import { CONTRACT_IDS, CUSTOMERS, LINKS, World } from "./world.test-data.ts";

const CHARGED = ["usage", "cancellation", "fee", "tax"];
const CREDITED = ["compensation", "breach_credit", "sla_credit", "correction", "goodwill"] as const;

const customer = fc.constantFrom(...CUSTOMERS);
const amount = fc.bigInt({ min: 1n, max: 50_000_000n });
type Deed = (world: World) => void;

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...CONTRACT_IDS), fc.integer({ min: 0, max: 9_999_999 }))
      .map(
        ([contract, used]) =>
          (world: World) =>
            world.use(contract, used),
      ),
  },
  amount.map((much) => (world: World) => world.cancel(much)),
  fc.tuple(customer, fc.integer({ min: 1, max: 60 })).map(
    ([who, dollars]) =>
      (world: World) =>
        world.deposit(who, dollars),
  ),
  fc.tuple(fc.constantFrom(...CREDITED), customer, amount).map(
    ([kind, who, much]) =>
      (world: World) =>
        world.credit(kind, who, much, "con_1"),
  ),
  fc
    .tuple(customer, amount, fc.constantFrom("reversal", "payout", "hold", "release"))
    .map(([who, much, kind]) => (world: World) => {
      if (kind === "hold") world.move(kind, creditOf(who), heldOf(who), much);
      else if (kind === "release") world.move(kind, heldOf(who), creditOf(who), much);
      else world.move(kind, creditOf(who), cashBy("manual"), much);
    }),
  amount.map((much) => (world: World) => {
    const earned = world.ledger.balance(payableTo("neo"));
    const paid = much < earned ? much : earned;
    if (paid > 0n) world.move("payout", payableTo("neo"), cashBy("manual"), paid);
  }),
  fc.tuple(fc.nat(), fc.nat(), fc.bigInt({ min: 1n, max: 100n })).map(
    ([which, line, percent]) =>
      (world: World) =>
        takeBack(world, which, line, percent),
  ),
  { weight: 2, arbitrary: customer.map((who) => (world: World) => void world.close(who)) },
);

function takeBack(world: World, which: number, line: number, percent: bigint): void {
  const invoice = world.invoices[which % Math.max(1, world.invoices.length)];
  const state = invoice && world.state.invoices.get(invoice.number);
  const rest = state ? restOf(state) : [];
  const picked = rest[line % Math.max(1, rest.length)];
  if (invoice === undefined || picked === undefined) return;
  const part = microUsd((picked.amount * percent + 99n) / 100n);
  const lines = [{ line: picked.line, amount: part }];
  const refusal = world.do({
    type: "issue_credit_note",
    invoice: invoice.number,
    lines,
    reason: "",
  });
  expect([null, "earnings_insufficient"]).toContain(refusal);
}

const history = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), deed), { maxLength: 60 })
  .map((deeds) => {
    const world = new World();
    for (const [wait, act] of deeds) {
      world.wait(wait);
      act(world);
    }
    world.wait(1);
    for (const who of CUSTOMERS) expect(world.close(who)).toBeNull();
    return world;
  });

/** A tax follows the charge that it is on. */
function isOn(entries: readonly PostedEntry[], tax: PostedEntry, line: InvoiceLine): boolean {
  const charge = entries[entries.indexOf(tax) - 1];
  return charge?.kind === line.kind && charge.debit === line.own && charge.credit === line.other;
}

const ofCustomer = (world: World, who: string): Invoice[] =>
  world.invoices.filter((invoice) => invoice.customer.id === who);

test("every entry that is charged or credited stands on one line of one invoice, and no other entry does", () => {
  fc.assert(
    fc.property(history, (world) => {
      const notes = new Set(world.notes.map(({ number }) => number));
      for (const who of CUSTOMERS) {
        const own = [creditOf(who), heldOf(who), payableTo(who)];
        const expected = world.entries
          .filter(({ subject }) => !notes.has(subject))
          .filter(({ kind, debit, credit }) =>
            CHARGED.includes(kind)
              ? own.includes(debit)
              : CREDITED.some((each) => each === kind) && credit === creditOf(who),
          );
        const lines = ofCustomer(world, who).flatMap((invoice) => invoice.lines);
        const traced = lines.flatMap((line) =>
          [...numbersIn(line.trace.transactions)].flatMap((transaction) =>
            expected.filter(
              (entry) =>
                entry.transaction === transaction &&
                entry.subject === line.subject &&
                (entry.kind === line.kind
                  ? [entry.debit, entry.credit].includes(line.other)
                  : entry.kind === "tax" && isOn(world.entries, entry, line)),
            ),
          ),
        );
        expect(new Set(traced)).toEqual(new Set(expected));
        expect(traced.length).toBe(expected.length);
        const billed = lines.reduce((sum, line) => sum + line.amount + line.tax, 0n);
        expect(billed).toBe(sumOf(expected));
        for (const { trace } of lines) {
          expect([...numbersIn(trace.events)]).toEqual(
            [...numbersIn(trace.transactions)].map((transaction) => transaction * 10),
          );
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("totals are those of the lines, and a balance runs on from invoice to invoice up to the ledger's own", () => {
  fc.assert(
    fc.property(history, (world) => {
      for (const who of CUSTOMERS) {
        for (const { lines, ...invoice } of ofCustomer(world, who)) {
          const charges = lines.filter(({ kind }) => isCharge(kind));
          expect(sumOf(charges)).toBe(invoice.subtotal);
          expect(sumOf(invoice.taxes)).toBe(invoice.tax);
          expect(invoice.total).toBe(invoice.subtotal + invoice.tax - invoice.credits);
          expect(invoice.credits).toBe(sumOf(lines) - invoice.subtotal);
        }
        const account = world.state.accounts.get(who);
        const { ledger } = world;
        const balance = addMoney(ledger.balance(creditOf(who)), ledger.balance(heldOf(who)));
        expect(account?.balance ?? NO_MONEY).toBe(balance);
        expect(account?.earnings ?? NO_MONEY).toBe(ledger.balance(payableTo(who)));
      }
    }),
    { numRuns: 200 },
  );
});

test("what is due, less what was paid too much, is what the customer owes", () => {
  fc.assert(
    fc.property(history, (world) => {
      for (const who of CUSTOMERS) {
        const account = world.state.accounts.get(who);
        const issued = (account?.invoices ?? []).map((number) => world.state.invoices.get(number)!);
        const due = issued.reduce((sum, invoice) => addMoney(sum, invoice.due), NO_MONEY);
        const balance = account?.balance ?? NO_MONEY;
        const owed = subMoney(NO_MONEY, balance);
        // Everything is invoiced, so that a balance below nothing is unpaid invoices, or money that was taken out.
        if (balance >= 0n) expect(due).toBe(0n);
        else expect(due).toBeLessThanOrEqual(owed);
        if ((account?.received ?? 0n) >= 0n && balance < 0n) expect(due).toBe(owed);
        for (const invoice of issued) {
          expect(invoice.due).toBeGreaterThanOrEqual(0n);
          if (invoice.status === "paid") expect(invoice.due).toBeLessThan(CENT);
          if (invoice.status === "issued") expect(invoice.due).toBeGreaterThanOrEqual(CENT);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a contract's lines bill what its readings delivered, at its price", () => {
  fc.assert(
    fc.property(history, (world) => {
      for (const { contract, payer, payee, price } of LINKS) {
        const usage = ofCustomer(world, payer)
          .flatMap(({ lines }) => lines)
          .filter(({ kind, subject }) => kind === "usage" && subject === contract)
          .filter(({ other }) => other === payee);
        const readings = world.readings.filter((reading) => reading.contract === contract);
        const delivered = gpuMs(readings.reduce((sum, reading) => sum + reading.gpuMs, 0));
        const owed = charge(microUsdPerGpuHour(price), delivered, "floor");
        expect(sumOf(usage)).toBe(owed);
        for (const line of usage) {
          expect(line.price).toBe(price);
          const exact = charge(microUsdPerGpuHour(price), line.gpuMs ?? gpuMs(0), "floor");
          expect([0n, 1n]).toContain(subMoney(line.amount, exact));
        }
        const traced = usage.flatMap(({ trace }) => numbersIn(trace.readings).toArray());
        expect(new Set(traced).size).toBe(traced.length);
      }
    }),
    { numRuns: 200 },
  );
});

test("numbers rise by one in each series, and taking everything back leaves an invoice void and unpayable", () => {
  fc.assert(
    fc.property(history, (world) => {
      for (const papers of [world.invoices, world.notes]) {
        const last = papers.map(({ number }) => Number(number.slice(-6)));
        expect(last).toEqual(papers.map((_, index) => index + 1));
      }
      for (const { number } of world.invoices) {
        const state = world.state.invoices.get(number)!;
        const lines = restOf(state);
        if (lines.length === 0) continue;
        const refusal = world.do({
          type: "issue_credit_note",
          invoice: number,
          lines,
          reason: "all",
        });
        if (refusal !== null) continue;
        const after = world.state.invoices.get(number);
        expect(after?.status).toBe("void");
        expect(after?.due).toBe(0n);
        expect(after?.payable).toBeLessThanOrEqual(0n);
        for (const line of after?.lines ?? []) expect(line.creditedTax).toBe(line.tax);
      }
    }),
    { numRuns: 100 },
  );
});
