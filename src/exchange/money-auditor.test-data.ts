/**
 * Knows of an exchange's money only what its events say, and recomputes from first principles who owes whom what: every
 * balance of the ledger, what is held for each contract and order, what was delivered. Throws where an event breaks a
 * promise or where the state does not agree.
 */
import type { Account } from "../accounts/account.ts";
import type { Reading } from "../billing/meter.ts";
import { heldOver } from "../contracts/contract.ts";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { Order } from "../market/order.ts";
import type { Cut, Recall } from "../market/state.ts";
import { findContract } from "../market/state.ts";
import type { Fees } from "../owner/state.ts";
import { DEFAULT_FEES } from "../owner/state.ts";
import type { EpochMs } from "../units.ts";
import { assert } from "../units.ts";
import { AuctionAuditor } from "./auction-auditor.test-data.ts";
import type { AuditedDeal, Sale } from "./audited-deal.test-data.ts";
import {
  auditedDeal,
  entriesOf,
  giveUp,
  gpusAt,
  heldBetween,
  holderOf,
  leftOf,
  orderHold,
  saleHold,
} from "./audited-deal.test-data.ts";
import { Books } from "./books.test-data.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import type { ExchangeState } from "./state.ts";

type EventOf<Type extends ExchangeEvent["type"]> = Extract<ExchangeEvent, { type: Type }>;

/** Commands that take nothing from anybody's credit. */
const FREE: ReadonlySet<string> = new Set<ExchangeCommand["type"]>([
  "open_pool",
  "read_owner",
  "publish_ladder",
  "cancel_order",
  "give_recall",
  "withdraw_recall",
  "breach",
  "interrupt",
  "advance",
  "deposit",
  "return_reversal",
  "give_credit",
  "record_usage",
  "set_price",
  "change_account",
  "open_auction",
  "cancel_auction_order",
  "lock_auction",
  "call_off_auction",
]);

export class MoneyAuditor {
  readonly #accounts = new Map<string, Account>();
  readonly #deals = new Map<string, AuditedDeal>();
  readonly #books = new Books();
  readonly #references = new Set<string>();
  /** What can still be reversed of each deposit. */
  readonly #deposits = new Map<string, bigint>();
  #fees: Fees = DEFAULT_FEES;
  #terms: string | null = null;
  #now: EpochMs;
  #transactions = 0;
  #command: ExchangeCommand | null = null;
  /** From whose credit it may take; null: anybody's. */
  #payer: string | null = "";
  readonly #auctions: AuctionAuditor;
  /** The standing orders and those in auctions, and what they hold. */
  readonly #orders = new Map<string, { readonly order: Order; readonly held: bigint }>();
  readonly #recalls = new Map<string, Recall>();
  /** Contracts that have changed since the last check. */
  readonly #touched = new Set<string>();
  /** Each customer's credit at the last check. */
  readonly #credits = new Map<string, bigint>();

  constructor(now: EpochMs) {
    this.#now = now;
    this.#auctions = new AuctionAuditor(now);
  }

  /** Every event of a command, in order, once it was decided. */
  hear(event: ExchangeEvent, command: ExchangeCommand): void {
    if (command !== this.#command) this.#begin(command);
    this.#hearAuction(event, command);
    switch (event.type) {
      case "account_created":
      case "account_changed":
        this.#accounts.set(event.account.id, event.account);
        return;
      case "terms_required":
        this.#terms = event.version;
        return;
      case "fees_set":
        this.#fees = event.fees;
        return;
      case "order_placed":
        return this.#mayTrade(event.order);
      case "booked":
        return this.#booked(event);
      case "credit_given":
        return this.#given(event);
      case "breach_claim_decided":
        return this.#judged(event);
      case "usage_metered":
        return this.#metered(event.reading);
      case "settled":
        if (event.transaction !== null) this.#posted(event.transaction);
        return;
      case "time_advanced":
        this.#now = event.now;
        return;
      default:
        return this.#follow(event);
    }
  }

  /** After all events of a command, applied. */
  check(state: ExchangeState): void {
    this.#books.check(state.ledger);
    assert(state.ledger.transactions === this.#transactions, "every transaction was told of");
    for (const id of this.#touched) this.#checkDeal(state, id);
    this.#touched.clear();
    assert(state.deals.size === this.#deals.size, "a deal is open until all of it is metered");
    this.#checkHolds(state);
    this.#checkCredits();
    assert(state.bookings.size === this.#references.size, "every booking is kept");
  }

  #begin(command: ExchangeCommand): void {
    this.#command = command;
    this.#payer = payerOf(command, (order) => this.#orders.get(order)?.order.account ?? "");
  }

  /** The market's events. */
  #follow(event: ExchangeEvent): void {
    switch (event.type) {
      case "order_rested":
      case "order_reduced":
        return this.#hold(event.order);
      case "order_left":
        return this.#left(event);
      case "contract_sold":
        return this.#sold(event);
      case "contract_resold":
        return this.#resold(event);
      case "contract_extended":
        return this.#extended(event);
      case "contract_cancelled":
        return this.#cancelled(event);
      case "contract_breached":
        return this.#breached(event);
      case "contract_interrupted":
        return this.#change(event.contract, (deal) => {
          deal.endedAt = event.at;
        });
      default:
        return this.#recall(event);
    }
  }

  #recall(event: ExchangeEvent): void {
    if (event.type === "recall_noticed") this.#recalls.set(event.recall.id, event.recall);
    if (event.type === "recall_withdrawn") this.#recalls.delete(event.recall);
    if (event.type !== "recall_handed_over") return;
    this.#recalls.delete(event.recall.id);
    for (const cut of event.recall.cuts) this.#handedOver(cut, event.recall.due);
  }

  /** An order holds what it may cost until it leaves, or its auction is over. */
  #hearAuction(event: ExchangeEvent, command: ExchangeCommand): void {
    this.#auctions.hear(event, command);
    switch (event.type) {
      case "auction_order_placed": {
        const order = this.#auctions.order(event.order.id);
        assert(order !== undefined, "an order that came is there");
        this.#mayTrade(order);
        return this.#hold(order);
      }
      case "auction_order_cancelled":
        return this.#drop(event.order);
      case "auction_cleared":
        for (const { order } of event.outcome.fills) this.#drop(order);
        for (const order of event.unfilled) this.#drop(order);
        return;
      case "auction_called_off":
        for (const order of event.left) this.#drop(order);
        return;
      default:
    }
  }

  #drop(order: string): void {
    assert(this.#orders.delete(order), "who leaves was there");
    this.#books.replace(order, []);
  }

  #account(id: string): Account {
    const account = this.#accounts.get(id);
    assert(account !== undefined, `account ${id} was created`);
    return account;
  }

  #mayTrade(order: Order): void {
    const { status, accepted, skus } = this.#account(order.account);
    assert(status === "active", "a closed account trades nothing");
    assert(this.#terms === null || accepted?.version === this.#terms, "the terms are accepted");
    if (order.side === "sell") return;
    const owes = this.#books.balance(receivableFrom(order.account)) !== 0n;
    assert(!owes, "who owes a payment buys nothing");
    assert(skus === null || skus.includes(order.sku), "the SKU is one that the account may buy");
  }

  #hold(order: Order): void {
    const { id, account } = order;
    const held = order.side === "sell" ? 0n : orderHold(order, this.#account(account).taxRate);
    this.#orders.set(id, { order, held });
    this.#books.replace(id, [
      [creditOf(account), -held],
      [`liabilities:customers:${account}:held`, held],
    ]);
  }

  #left({ order: id, why }: EventOf<"order_left">): void {
    const account = this.#orders.get(id)?.order.account;
    const isAmended = this.#command?.type === "amend_order" && why === "cancelled";
    assert(!isAmended || this.#payer === account, "nobody amends another's order");
    this.#orders.delete(id);
    this.#books.replace(id, []);
  }

  /** A standing order is filled only while its account may still trade. */
  #filled(id: string): void {
    const standing = this.#orders.get(id)?.order;
    if (standing !== undefined) this.#mayTrade(standing);
  }

  #sold({ contract, order }: EventOf<"contract_sold">): void {
    this.#filled(order);
    const { holder, price } = contract;
    const { sale, cancellation } = this.#fees;
    this.#open(auditedDeal(contract, [this.#saleTo(holder, null, price, sale)], cancellation));
  }

  #resold({ contract, from, price, order }: EventOf<"contract_resold">): void {
    this.#filled(order);
    const { holder, soldGpus, window } = contract;
    const seller = this.#deal(from);
    const { status } = this.#account(holderOf(seller));
    assert(status === "active", "a closed account sells nothing");
    const sale = this.#saleTo(holder, holderOf(seller), price, this.#fees.resale);
    this.#cut(from, window.start, window.end, soldGpus);
    this.#open(auditedDeal(contract, [...seller.sales, sale], seller.cancellation));
  }

  #saleTo(payer: string, payee: string | null, price: bigint, fee: number): Sale {
    const { status, taxRate } = this.#account(payer);
    assert(status === "active", "a closed account buys nothing");
    return { payer, payee, price, tax: taxRate, fee };
  }

  #open(deal: AuditedDeal): void {
    assert(!this.#deals.has(deal.id), "a contract is sold once");
    this.#deals.set(deal.id, deal);
    this.#change(deal.id, () => undefined);
    this.#checkLimit(deal);
  }

  /** Nothing has more GPUs at one time than the owner allows its holder. */
  #checkLimit(sold: AuditedDeal): void {
    const holder = holderOf(sold);
    const { maxGpus } = this.#account(holder);
    if (maxGpus === null) return;
    const held = [...this.#deals.values()].filter((deal) => holderOf(deal) === holder);
    const times = held.flatMap(({ stretches }) => stretches.map(({ from }) => from));
    for (const time of times.filter((each) => gpusAt(sold, each) > 0)) {
      const sum = held.reduce((total, deal) => total + gpusAt(deal, time), 0);
      assert(sum <= maxGpus, "nobody holds more than it may");
    }
  }

  #deal(id: string): AuditedDeal {
    const deal = this.#deals.get(id);
    assert(deal !== undefined && leftOf(deal) > 0, `contract ${id} is not metered to its end`);
    return deal;
  }

  #change(id: string, change: (deal: AuditedDeal) => void): void {
    const deal = this.#deal(id);
    change(deal);
    assert(leftOf(deal) >= 0, "nothing is taken twice");
    this.#touched.add(id);
    this.#books.replace(id, entriesOf(deal));
  }

  #cut(id: string, from: number, until: number, gpus: number): void {
    this.#change(id, (deal) => {
      assert(from >= deal.metered, "what was metered stays");
      deal.stretches.push({ from, until, gpus: 0 - gpus });
    });
  }

  #handedOver({ contract, until, gpus, owed }: Cut, due: number): void {
    this.#change(contract, (deal) => {
      deal.compensation += owed;
    });
    this.#cut(contract, due, until, gpus);
  }

  #breached({ at, cut }: EventOf<"contract_breached">): void {
    this.#change(cut.contract, (deal) => {
      deal.breachCredit += cut.owed;
    });
    this.#cut(cut.contract, at, cut.until, cut.gpus);
  }

  #cancelled({ contract, at }: EventOf<"contract_cancelled">): void {
    this.#change(contract, (deal) => {
      assert(deal.sales.length === 1, "only what was bought from the owner is given back");
      giveUp(deal, at);
    });
  }

  #extended({ contract, until, gpus }: EventOf<"contract_extended">): void {
    this.#change(contract, (deal) => {
      deal.stretches.push({ from: deal.end, until, gpus });
      deal.end = until;
    });
  }

  /** Each instant is billed once: a reading begins where the last one ended. */
  #metered({ contract, from, to, gpuMs }: Reading): void {
    this.#change(contract, (deal) => {
      assert(from === deal.metered && to > from, "readings follow each other without gaps");
      assert(to <= this.#now, "nothing is metered before it happened");
      const held = heldBetween(deal, from, to);
      assert(gpuMs >= 0 && gpuMs <= held, "no more is billed than was held");
      deal.metered = to;
      deal.delivered += gpuMs;
      deal.failed += held - gpuMs;
    });
  }

  #booked({ booking: { reference, account, kind, amount, means, of } }: EventOf<"booked">): void {
    assert(!this.#references.has(reference), "money is booked once");
    this.#references.add(reference);
    assert(amount > 0n === (kind === "deposit"), "only a deposit comes in");
    if (kind === "payout") return this.#paidOut(account, means, 0n - amount);
    if (amount > 0n) this.#paidIn(account, means, amount);
    else this.#takenBack(account, means, 0n - amount);
    const deposit = of ?? reference;
    const left = (this.#deposits.get(deposit) ?? 0n) + amount;
    assert(left >= 0n, "no more is taken back than was paid in");
    this.#deposits.set(deposit, left);
  }

  /** What is owed first. */
  #paidIn(account: string, means: string, amount: bigint): void {
    const owed = 0n - this.#books.balance(receivableFrom(account));
    const repaid = amount < owed ? amount : owed;
    this.#books.move(`assets:cash:${means}`, receivableFrom(account), repaid);
    this.#books.move(`assets:cash:${means}`, creditOf(account), amount - repaid);
  }

  /** From the credit down to its floor; what a provider took beyond it, the customer owes. */
  #takenBack(account: string, means: string, amount: bigint): void {
    const spare = this.#books.balance(creditOf(account)) - this.#floorOf(account);
    const covered = amount < spare ? amount : spare;
    assert(covered === amount || means !== "manual", "what is given back by hand is there");
    this.#books.move(creditOf(account), `assets:cash:${means}`, covered);
    this.#books.move(receivableFrom(account), `assets:cash:${means}`, amount - covered);
  }

  #floorOf(id: string): bigint {
    const { payment } = this.#account(id);
    return payment.kind === "postpaid" ? 0n - payment.limit : 0n;
  }

  /** Earnings first. */
  #paidOut(account: string, means: string, amount: bigint): void {
    const payable = `liabilities:customers:${account}:payable`;
    const earned = this.#books.balance(payable);
    const fromEarnings = amount < earned ? amount : earned;
    const rest = amount - fromEarnings;
    this.#books.move(payable, `assets:cash:${means}`, fromEarnings);
    this.#books.move(creditOf(account), `assets:cash:${means}`, rest);
    const left =
      this.#books.balance(creditOf(account)) + this.#books.balance(receivableFrom(account));
    assert(rest === 0n || left >= 0n, "no credit limit is paid out, and nothing that is owed");
  }

  #given({ account, amount, kind }: EventOf<"credit_given">): void {
    // What an accepted claim gives stands with the claim, which names the pool.
    if (kind !== "breach_credit") this.#books.move("expenses:goodwill", creditOf(account), amount);
  }

  #judged({ claim: { account, pool }, outcome }: EventOf<"breach_claim_decided">): void {
    if (outcome.kind === "declined") return;
    this.#books.move(`expenses:pools:${pool}:breaches`, creditOf(account), outcome.credit);
  }

  #posted({ id, at, transfers }: LedgerTransaction): void {
    assert(id === this.#transactions + 1, "transactions are numbered without gaps");
    assert(at === this.#now, "money moves when its cause does");
    this.#transactions = id;
    for (const { debit, credit, amount } of transfers) {
      assert(amount > 0n && debit !== credit, "a transfer moves something somewhere");
    }
  }

  #checkDeal(state: ExchangeState, id: string): void {
    const audited = this.#deals.get(id);
    if (audited === undefined) return;
    const deal = state.deals.get(id);
    assert((deal !== undefined) === leftOf(audited) > 0, `${id} is open while something is left`);
    if (deal === undefined) {
      this.#deals.delete(id);
      return this.#books.forget(id);
    }
    assert(deal.meteredUntil === audited.metered, `${id} is metered as far as was told`);
    assert(deal.links.length === audited.sales.length, `every sale of ${id} is paid for`);
    for (const [index, sale] of audited.sales.entries()) {
      const { payer, payee, held } = deal.links[index] ?? deal.links[0];
      assert(payer === sale.payer && payee === sale.payee, "who bought pays who sold");
      assert(held === saleHold(audited, sale), `${id} is held for what it can still cost`);
    }
    this.#checkHeld(state, audited);
  }

  /** What the holder may still get is what the market says that it holds, and what is being recalled. */
  #checkHeld({ market }: ExchangeState, deal: AuditedDeal): void {
    const contract = findContract(market, deal.id)?.contract;
    if (contract === undefined) return;
    const { end } = contract.window;
    const coming = deal.endedAt < Infinity ? [] : [...this.#recalls.values()];
    const recalled = coming.flatMap(({ due, cuts }) =>
      cuts.filter((cut) => cut.contract === deal.id).map((cut) => cut.gpus * (cut.until - due)),
    );
    const now = Math.min(this.#now, end);
    const held = now < end ? heldOver(contract, { start: now as EpochMs, end }) : 0;
    const sum = recalled.reduce((total, each) => total + each, held);
    assert(heldBetween(deal, now, Infinity) === sum, `${deal.id} pays for what it holds`);
  }

  #checkHolds({ orderHolds }: ExchangeState): void {
    for (const { order } of this.#orders.values()) {
      const { status } = this.#account(order.account);
      assert(status === "active", "a closed account leaves no order behind");
    }
    const holding = [...this.#orders].filter(([, { held }]) => held > 0n);
    assert(orderHolds.size === holding.length, "what is not ordered is not held for");
    for (const [id, { held }] of holding) {
      assert(orderHolds.get(id)?.amount === held, `order ${id} is held for what it may cost`);
    }
  }

  /** No credit comes below its floor, and no command takes from another customer's. */
  #checkCredits(): void {
    for (const id of this.#accounts.keys()) {
      const credit = this.#books.balance(creditOf(id));
      assert(credit >= this.#floorOf(id), `the credit of ${id} stays above its floor`);
      const mayFall = this.#payer === null || this.#payer === id;
      assert(mayFall || credit >= (this.#credits.get(id) ?? 0n), `${id} pays for nobody else`);
      this.#credits.set(id, credit);
    }
  }
}

function receivableFrom(customer: string): string {
  return `assets:receivables:${customer}`;
}

function creditOf(customer: string): string {
  return `liabilities:customers:${customer}:credit`;
}

/**
 * Whose credit the command may take from: nobody's (""), anybody's (null), or that of who asks.
 * @param ownerOf whose a standing order is
 */
function payerOf(command: ExchangeCommand, ownerOf: (order: string) => string): string | null {
  if (FREE.has(command.type)) return "";
  if (command.type === "match_order") return ownerOf(command.order);
  for (const asked of [command, ...Object.values(command)] as readonly unknown[]) {
    if (typeof asked !== "object" || asked === null || !("account" in asked)) continue;
    if (typeof asked.account === "string") return asked.account;
  }
  return null;
}
