/**
 * Knows of an exchange only what was asked and what its events say: the market's auditor, and beside it one of the
 * money. Throws where an event breaks a promise or where the state does not agree.
 */
import { Auditor } from "../market/auditor.test-data.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { EpochMs, MicroUsdPerGpuHour, Notice } from "../units.ts";
import { assert, elapsed, notice } from "../units.ts";
import { AuctionAuditor } from "./auction-auditor.test-data.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import { MoneyAuditor } from "./money-auditor.test-data.ts";
import type { ExchangeState } from "./state.ts";

type Sale = Extract<ExchangeEvent, { type: "contract_sold" | "contract_resold" }>;

/** What a rental, bid or slice has asked for. */
interface Wish {
  readonly account: string;
  readonly limit: MicroUsdPerGpuHour;
  readonly notice: Notice;
}

const MARKET: ReadonlySet<string> = new Set<MarketEvent["type"]>([
  "pool_opened",
  "policy_changed",
  "owner_read",
  "ladder_published",
  "order_rested",
  "order_reduced",
  "order_left",
  "contract_sold",
  "contract_extended",
  "contract_resold",
  "recall_noticed",
  "recall_withdrawn",
  "recall_handed_over",
  "contract_breached",
  "pool_interrupted",
  "contract_interrupted",
  "contract_cancelled",
  "contract_ended",
  "time_advanced",
]);

export class ExchangeAuditor {
  readonly #market: Auditor;
  readonly #money: MoneyAuditor;
  readonly #auctions: AuctionAuditor;
  /** By the id of the order that they become. */
  readonly #wishes = new Map<string, Wish>();
  #command: ExchangeCommand | null = null;
  /** What was ordered by the command that is heard. */
  #placed: Order | null = null;

  constructor(now: EpochMs) {
    this.#market = new Auditor(now);
    this.#money = new MoneyAuditor(now);
    this.#auctions = new AuctionAuditor(now);
  }

  /** Every event of a command, in order, once it was decided. */
  hear(event: ExchangeEvent, command: ExchangeCommand): void {
    if (command !== this.#command) this.#begin(command);
    if (event.type === "order_placed") this.#placed = event.order;
    this.#auctions.hear(event, command);
    if (isOfMarket(event)) this.#hearMarket(event);
    this.#money.hear(event, command);
  }

  /** After all events of a command were heard and applied, or it was refused. */
  check(state: ExchangeState): void {
    this.#money.check(state);
  }

  #begin(command: ExchangeCommand): void {
    this.#command = command;
    this.#placed = null;
    if (command.type === "start_rental") {
      const { id, account, maxPrice: limit, noticeAtLeast } = command.rental;
      this.#wishes.set(id, { account, limit, notice: noticeAtLeast });
    }
    if (command.type === "place_bid") this.#wish(command.bid);
    if (command.type === "rent_slice") this.#wish(command.slice);
  }

  #wish({ id, account, limit }: { id: string } & Omit<Wish, "notice">): void {
    this.#wishes.set(id, { account, limit, notice: notice(0) });
  }

  #hearMarket(event: MarketEvent): void {
    const isSale = event.type === "contract_sold" || event.type === "contract_resold";
    const wished = isSale ? this.#wished(event) : null;
    const shelved = event.type === "contract_resold" ? this.#shelved(event) : null;
    if (shelved !== null) this.#market.orders.set(shelved.id, shelved);
    this.#market.hear(event, wished ?? this.#placed);
    if (shelved !== null) this.#market.orders.delete(shelved.id);
  }

  /** What a rental, bid or slice asks for is an order for just what it gets, at its own limit and notice. */
  #wished({ order: id, contract }: Sale): Order | null {
    const entered = this.#auctions.order(id);
    if (entered !== undefined) return entered;
    const wish = this.#wishes.get(id);
    if (wish === undefined) return null;
    const side = { side: "buy", contract: null } as const;
    return {
      ...orderFor(contract, id, wish.account),
      ...side,
      limit: wish.limit,
      noticeAtLeast: wish.notice,
    };
  }

  /** A slice of what is on a shelf: its holder sells it as if it were listed. */
  #shelved(event: Extract<Sale, { type: "contract_resold" }>): Order | null {
    const { from, listing, price } = event;
    if (this.#market.orders.has(listing)) return null;
    assert(this.#wishes.has(event.order), "only a slice is resold without a listing");
    const whole = this.#market.contracts.get(from)?.contract;
    assert(whole !== undefined, "what is on a shelf lives");
    return {
      ...orderFor(whole, listing, whole.holder),
      side: "sell",
      contract: from,
      limit: price,
    };
  }
}

function isOfMarket(event: ExchangeEvent): event is MarketEvent {
  return MARKET.has(event.type);
}

/** For all of a contract, through its window and no other. */
function orderFor({ window, soldGpus }: Sale["contract"], id: string, account: string) {
  const duration = elapsed(window.start, window.end);
  return {
    id,
    account,
    sku: "",
    gpus: soldGpus,
    start: { earliest: window.start, latest: window.start },
    duration: { min: duration, max: duration },
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "immediate",
    expires: null,
  } as const;
}
