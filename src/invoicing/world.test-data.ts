import {
  breachesOf,
  cashBy,
  compensationOf,
  creditOf,
  failuresOf,
  FEES,
  GOODWILL,
  heldOf,
  payableTo,
  revenueOf,
  TAX,
} from "../ledger/chart.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { LedgerAccount, Transfer, TransferKind } from "../ledger/transfer.ts";
import { StateHash } from "../state-hash.ts";
import type { MicroUsd, Window } from "../units.ts";
import {
  charge,
  DAY_MS,
  epochMs,
  gpuMs,
  gpus,
  later,
  microUsd,
  microUsdPerGpuHour,
  notice,
  NO_MONEY,
  ppm,
  shareOf,
} from "../units.ts";
import { applyInvoicing } from "./apply-invoicing.ts";
import type { InvoicingCommand, InvoicingRefusal } from "./commands.ts";
import type { InvoiceSources } from "./compose.ts";
import { composeInvoice } from "./compose.ts";
import { decideInvoicing } from "./decide-invoicing.ts";
import type { CreditNote, Invoice, InvoiceDraft } from "./invoice.ts";
import type { BilledReading, PostedEntry } from "./posted.ts";
import { hearPayments } from "./settle-dues.ts";
import type { InvoicingState } from "./state.ts";
import { billingOf, nothingInvoiced } from "./state.ts";

const START = epochMs(1_767_225_600_000); // 2026-01-01
const POOL = "pool-a";

/** Who pays whom for what a contract delivers: `neo` resells the second to `acme`; `acme` sells the fourth and buys it back. */
const CONTRACTS = {
  con_1: [{ payer: "acme", payee: revenueOf(POOL), price: 2_000_003n, tax: 190_000 }],
  con_2: [
    { payer: "neo", payee: revenueOf(POOL), price: 1_500_001n, tax: 70_000 },
    { payer: "acme", payee: payableTo("neo"), price: 2_500_007n, tax: 190_000 },
  ],
  con_3: [{ payer: "acme", payee: revenueOf(POOL), price: 0n, tax: 190_000 }],
  con_4: [
    { payer: "acme", payee: revenueOf(POOL), price: 1_000_001n, tax: 190_000 },
    { payer: "neo", payee: payableTo("acme"), price: 1_700_001n, tax: 0 },
    { payer: "acme", payee: payableTo("neo"), price: 1_900_001n, tax: 70_000 },
  ],
} as const;

export type ContractId = keyof typeof CONTRACTS;
export const CONTRACT_IDS = Object.keys(CONTRACTS) as ContractId[];
/** Every payment that contracts bring. */
export const LINKS = CONTRACT_IDS.flatMap((contract) =>
  CONTRACTS[contract].map((link) => ({ contract, ...link })),
);
export const CUSTOMERS = ["acme", "neo"] as const;

/** A ledger that is posted to as the exchange does, and its invoices. */
export class World {
  readonly state: InvoicingState;
  readonly ledger = new Ledger(new StateHash());
  readonly entries: PostedEntry[] = [];
  readonly readings: BilledReading[] = [];
  readonly invoices: Invoice[] = [];
  readonly notes: CreditNote[] = [];
  now = START;
  readonly #delivered = new Map<ContractId, number>();
  readonly #paid = new Map<string, MicroUsd>();
  #sequence = 0;

  constructor(hash = new StateHash()) {
    this.state = nothingInvoiced(hash);
  }

  wait(ms: number): void {
    this.now = epochMs(this.now + ms);
  }

  /** Transaction `n` is posted by event `10 n`. */
  post(transfers: readonly Transfer[]): void {
    const moving = transfers.filter(({ amount }) => amount > 0n);
    if (moving.length === 0) return;
    const transaction = this.ledger.transactions + 1;
    this.ledger.post({ id: transaction, at: this.now, transfers: moving });
    hearPayments(this.state, moving);
    for (const [leg, transfer] of moving.entries()) {
      this.entries.push({ transaction, leg, at: this.now, ...transfer });
    }
  }

  move(kind: TransferKind, debit: string, credit: string, amount: bigint, subject = "x"): void {
    this.post([{ kind, debit, credit, amount: microUsd(amount), subject }]);
  }

  deposit(customer: string, dollars: number): void {
    const amount = microUsd(BigInt(dollars) * 1_000_000n);
    this.move("deposit", cashBy("manual"), creditOf(customer), amount);
  }

  credit(kind: TransferKind, customer: string, amount: bigint, subject: string): void {
    const sources: Partial<Record<TransferKind, LedgerAccount>> = {
      compensation: compensationOf(POOL),
      breach_credit: breachesOf(POOL),
      sla_credit: failuresOf(POOL),
    };
    this.move(kind, sources[kind] ?? GOODWILL, creditOf(customer), amount, subject);
  }

  /** A reading is billed now, whenever it was delivered. */
  use(contract: ContractId, amount: number): void {
    this.#sequence += 1;
    const reading = { sequence: this.#sequence, at: this.now, contract, gpuMs: gpuMs(amount) };
    this.readings.push(reading);
    const before = this.#delivered.get(contract) ?? 0;
    this.#delivered.set(contract, before + amount);
    this.post(
      CONTRACTS[contract].flatMap(({ payer, payee, price, tax }) => {
        const owed = charge(microUsdPerGpuHour(price), gpuMs(before + amount), "floor");
        const held = heldOf(payer);
        const fee = shareOf(owed, ppm(20_000), "floor");
        const parts: [TransferKind, string, string, MicroUsd][] = [
          ["usage", held, payee, owed],
          ["tax", held, TAX, shareOf(owed, ppm(tax), "floor")],
          ["fee", payee, FEES, fee],
        ];
        return parts.map(([kind, debit, credit, due]): Transfer => {
          const key = [contract, payer, payee, kind].join();
          const paid = this.#paid.get(key) ?? NO_MONEY;
          this.#paid.set(key, due);
          return { kind, debit, credit, amount: microUsd(due - paid), subject: contract };
        });
      }),
    );
  }

  /** The holder pays for what it gives up, and tax on it, in one go. */
  cancel(amount: bigint): void {
    const held = heldOf("acme");
    const tax = shareOf(microUsd(amount), ppm(190_000), "floor");
    const about = { debit: held, subject: "con_1" };
    const paid = {
      kind: "cancellation",
      credit: revenueOf(POOL),
      amount: microUsd(amount),
    } as const;
    this.post([
      { ...about, ...paid },
      { ...about, kind: "tax", credit: TAX, amount: tax },
    ]);
  }

  draft(customer: string, period: Window): InvoiceDraft {
    return composeInvoice(this.sources(customer, period));
  }

  sources(customer: string, period: Window): InvoiceSources {
    const isIn = ({ at }: { at: number }) => period.start <= at && at < period.end;
    const own = [creditOf, heldOf, payableTo].map((of) => of(customer));
    const account = billingOf(this.state, customer);
    const bought = LINKS.filter(({ payer }) => payer === customer).map((link) => ({
      contract: link.contract,
      payee: link.payee,
      price: microUsdPerGpuHour(link.price),
      taxRate: ppm(link.tax),
      feeRate: ppm(20_000),
    }));
    return {
      customer: { id: customer, name: `The ${customer}`, email: "a@b.c", taxRate: ppm(190_000) },
      period,
      contracts: CONTRACT_IDS.map((contract) => ({
        contract,
        sku: "h100",
        gpus: gpus(8),
        window: { start: START, end: later(START, DAY_MS) },
        notice: notice(14_400_000),
      })),
      purchases: bought,
      readings: this.readings.filter(
        (reading) => isIn(reading) && bought.some(({ contract }) => contract === reading.contract),
      ),
      entries: this.entries.filter(
        (entry) => isIn(entry) && (own.includes(entry.debit) || own.includes(entry.credit)),
      ),
      opening: account,
      creditNotes: new Set(account.creditNotes),
      eventOf: (transaction) => transaction * 10,
    };
  }

  do(command: InvoicingCommand): InvoicingRefusal | null {
    const balanceOf = (account: string) => this.ledger.balance(account);
    const decision = decideInvoicing(this.state, command, { now: this.now, balanceOf });
    if ("refusal" in decision) return decision.refusal;
    const { event, transfers } = decision;
    if (event.type === "invoice_issued") this.invoices.push(event.invoice);
    if (event.type === "credit_note_issued") this.notes.push(event.note);
    applyInvoicing(this.state, event);
    this.post(transfers);
    return null;
  }

  /** Closes the customer's period at the present moment. */
  close(customer: string): InvoicingRefusal | null {
    const start = billingOf(this.state, customer).until ?? START;
    const draft = this.draft(customer, { start, end: this.now });
    return this.do({ type: "issue_invoice", draft, payBy: later(this.now, DAY_MS) });
  }
}
