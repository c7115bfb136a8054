/**
 * Knows of auctions only what their events say, and what is sold meanwhile: that orders come and go in time, that each
 * sale is one that the outcome names, and that every order is filled or not.
 */
import type { Contract } from "../contracts/contract.ts";
import type { Order } from "../market/order.ts";
import type { EpochMs } from "../units.ts";
import { assert } from "../units.ts";
import type { AuctionSale } from "./auctions.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";

interface Entered {
  readonly sale: AuctionSale;
  readonly order: Order;
}

type EventOf<Type extends ExchangeEvent["type"]> = Extract<ExchangeEvent, { type: Type }>;

export class AuctionAuditor {
  readonly #sales = new Map<string, AuctionSale>();
  readonly #locked = new Set<string>();
  readonly #orders = new Map<string, Entered>();
  /** Since an auction was cleared last. */
  #sold = new Map<string, Contract[]>();
  #now: EpochMs;

  constructor(now: EpochMs) {
    this.#now = now;
  }

  /** While it waits in an auction. */
  order(id: string): Order | undefined {
    return this.#orders.get(id)?.order;
  }

  hear(event: ExchangeEvent, command: ExchangeCommand): void {
    switch (event.type) {
      case "time_advanced":
        this.#now = event.now;
        return;
      case "auction_opened":
        return this.#opened(event.auction);
      case "auction_order_placed":
        return this.#placed(event);
      case "auction_order_cancelled":
        return this.#cancelled(event, command);
      case "auction_locked":
        assert(this.#now >= this.#sale(event.auction).locks, "no auction is locked too soon");
        this.#locked.add(event.auction);
        return;
      case "contract_sold":
        if (this.#orders.has(event.order)) this.#sells(event);
        return;
      case "auction_cleared":
        return this.#cleared(event);
      case "auction_called_off":
        assert(same(this.#ordersOf(event.auction), event.left), "all orders leave");
        return this.#end(event.auction);
      default:
    }
  }

  #sale(id: string): AuctionSale {
    const sale = this.#sales.get(id);
    assert(sale !== undefined, `auction ${id} is running`);
    return sale;
  }

  #ordersOf(id: string): string[] {
    const own = [...this.#orders].filter(([, { sale }]) => sale.id === id);
    return own.map(([order]) => order);
  }

  #opened(sale: AuctionSale): void {
    assert(!this.#sales.has(sale.id), "an auction is opened once");
    assert(this.#now < sale.locks && sale.locks <= sale.clears, "it has a time for orders");
    assert(sale.clears <= sale.grid.window.start, "it is over before what it sells begins");
    this.#sales.set(sale.id, sale);
  }

  #placed({ auction, order: { duration, ...asked } }: EventOf<"auction_order_placed">): void {
    const sale = this.#sale(auction);
    assert(this.#now < sale.clears, "no order comes while it is cleared");
    assert(!this.#orders.has(asked.id), "an order comes once");
    const { window, lot, slot } = sale.grid;
    const { earliest, latest } = asked.start;
    assert(earliest >= window.start && latest + duration <= window.end, "within the window");
    assert(asked.gpus % lot === 0 && duration % slot === 0, "of whole lots and slots");
    const range = { min: duration, max: duration };
    const kind = { side: "buy", lifetime: "immediate", expires: null, contract: null } as const;
    const what = { sku: sale.sku, noticeAtLeast: sale.notice, duration: range };
    this.#orders.set(asked.id, { sale, order: { ...asked, ...kind, ...what } });
  }

  /** By its owner before it locks; and always of an account that is closed. */
  #cancelled({ order: id }: EventOf<"auction_order_cancelled">, command: ExchangeCommand): void {
    const entered = this.#orders.get(id);
    assert(entered !== undefined, "who leaves was there");
    const { order, sale } = entered;
    if (command.type === "change_account") {
      assert(command.account.id === order.account, "nobody else's");
    } else {
      assert(command.type === "cancel_auction_order", "nothing else takes an order out");
      assert(command.account === order.account, "nobody else's");
      assert(this.#now < sale.locks && !this.#locked.has(sale.id), "nobody leaves once it locks");
    }
    this.#orders.delete(id);
  }

  #sells({ order: id, contract }: EventOf<"contract_sold">): void {
    this.#sold.set(id, [...(this.#sold.get(id) ?? []), contract]);
    const entered = this.#orders.get(id);
    assert(entered !== undefined && this.#now >= entered.sale.clears, "it is cleared in its time");
    const { notice, pools } = entered.sale;
    assert(contract.promise.notice === notice && pools.includes(contract.pool), "of its own rung");
  }

  #cleared({ auction, outcome, unfilled }: EventOf<"auction_cleared">): void {
    assert(this.#locked.has(auction), "only a locked auction is cleared");
    const filled = outcome.fills.map(({ order }) => order);
    assert(same(this.#ordersOf(auction), [...filled, ...unfilled]), "every order is filled or not");
    assert(same([...this.#sold.keys()], filled), "what is filled is sold, and nothing else");
    for (const { order, window, pieces } of outcome.fills) {
      const contracts = this.#sold.get(order) ?? [];
      const sold = contracts.reduce((sum, { soldGpus }) => sum + soldGpus, 0);
      const gpus = pieces.reduce((sum, piece) => sum + piece.gpus, 0);
      const asked = this.#orders.get(order)?.order;
      assert(sold === gpus && gpus <= (asked?.gpus ?? 0), "all of a fill is sold");
      assert(asked?.fill === "partial" || gpus === asked?.gpus, "a block is whole");
      const isThen = contracts.every((each) => each.window.start === window.start);
      assert(isThen, "at the time of the fill");
      assert(valueOf(contracts) === worthOf(pieces), "at the prices of the fill");
    }
    this.#end(auction);
  }

  #end(auction: string): void {
    for (const order of this.#ordersOf(auction)) this.#orders.delete(order);
    this.#sales.delete(auction);
    this.#locked.delete(auction);
    this.#sold = new Map();
  }
}

function valueOf(contracts: readonly Contract[]): bigint {
  return contracts.reduce((sum, { price, soldGpus }) => sum + price * BigInt(soldGpus), 0n);
}

function worthOf(pieces: readonly { readonly price: bigint; readonly gpus: number }[]): bigint {
  return pieces.reduce((sum, { price, gpus }) => sum + price * BigInt(gpus), 0n);
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join(" ") === others.toSorted().join(" ");
}
