/**
 * The plain limit book and nodejs-order-book behind one face. Both are handed commands as JSON and put them into their own
 * form, untimed: as from a request, each command is of fresh objects and texts.
 */
import type { ICancelOrder, IProcessOrder } from "nodejs-order-book";
import * as opponent from "nodejs-order-book";
import { apply } from "../src/limit-book/apply.ts";
import type { BookCommand, BookDecision } from "../src/limit-book/decide.ts";
import { decide } from "../src/limit-book/decide.ts";
import { LimitBook } from "../src/limit-book/limit-book.ts";
import type { LimitOrder } from "../src/limit-book/order.ts";
import { assert } from "../src/units.ts";

/** What a command did, said alike for both: trades and expired orders as words, and what is left. */
export interface Told {
  readonly trades: readonly string[];
  readonly expired: readonly string[];
  readonly rests: number;
}

/** A book that carries out what it has been handed, and keeps the raw answers until they are read. */
export interface BookSide {
  /** Puts the commands, one a text, into the form that the book takes; not timed. */
  hand(texts: readonly string[]): void;
  /** Carries out the commands at these places. */
  run(from: number, to: number): void;
  /** The answers since commands were handed. */
  told(): Told[];
  /** Prices and GPUs of both sides, best first. */
  depth(): string;
  readonly resting: number;
}

/** @returns JSON, with the limit as text */
export function textOf(command: BookCommand): string {
  return JSON.stringify(command, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

function commandIn(text: string): BookCommand {
  return JSON.parse(text, (key, value: unknown) =>
    key === "limit" && typeof value === "string" ? BigInt(value) : value,
  ) as BookCommand;
}

/** Decides, then applies, and keeps the state's hash, as the service does. */
export function spillwayBook(): BookSide {
  const book = new LimitBook();
  let handed: readonly BookCommand[] = [];
  let answers: BookDecision[] = [];
  return {
    hand: (texts) => {
      handed = texts.map(commandIn);
      answers = [];
    },
    run: (from, to) => {
      for (let index = from; index < to; index += 1) {
        const command = handed[index];
        assert(command !== undefined, "each place has a command");
        const event = decide(book, command);
        if (typeof event !== "string") apply(book, event);
        answers.push(event);
      }
    },
    told: () => answers.map(ourTold),
    depth: () => JSON.stringify([depthOf(book, "buy"), depthOf(book, "sell")]),
    get resting() {
      return book.size;
    },
  };
}

function depthOf(book: LimitBook, side: "buy" | "sell"): [number, number][] {
  return book.depth(side).map(({ price, gpus }) => [Number(price), gpus]);
}

function ourTold(answer: BookDecision): Told {
  if (typeof answer === "string") return { trades: [answer], expired: [], rests: 0 };
  if (answer.type === "limit_order_cancelled") {
    return { trades: [], expired: [answer.order], rests: answer.gpus };
  }
  const traded = answer.takes.filter(({ how }) => how === "traded");
  const expired = answer.takes.filter(({ how }) => how === "expired");
  return {
    trades: traded.map(({ maker, price, gpus }) => `${maker} ${gpus} at ${price}`),
    expired: expired.map(({ maker, gpus }) => `${maker} ${gpus}`),
    rests: answer.rests,
  };
}

/** Their package declares this enum and does not export it. */
type TimeInForce = NonNullable<opponent.LimitOrderOptions["timeInForce"]>;
const IMMEDIATE = "IOC" as TimeInForce;
const STANDING = "GTC" as TimeInForce;

type Asked =
  | { readonly kind: "limit"; readonly options: opponent.LimitOrderOptions }
  | { readonly kind: "market"; readonly options: opponent.MarketOrderOptions }
  | { readonly kind: "cancel"; readonly id: string };
type Answer = IProcessOrder | ICancelOrder | undefined;

export function nodejsOrderBook(): BookSide {
  const book = new opponent.OrderBook();
  let handed: readonly Asked[] = [];
  let answers: Answer[] = [];
  return {
    hand: (texts) => {
      handed = texts.map((text) => askedOf(commandIn(text)));
      answers = [];
    },
    run: (from, to) => {
      for (let index = from; index < to; index += 1) {
        const asked = handed[index];
        assert(asked !== undefined, "each place has a command");
        if (asked.kind === "limit") answers.push(book.limit(asked.options));
        else if (asked.kind === "market") answers.push(book.market(asked.options));
        else answers.push(book.cancel(asked.id));
      }
    },
    told: () => answers.map((answer, index) => theirTold(handed[index], answer)),
    depth: () => {
      const [asks, bids] = book.depth();
      return JSON.stringify([bids, asks]);
    },
    get resting() {
      const { bids, asks } = book.snapshot();
      return [...bids, ...asks].reduce((sum, { orders }) => sum + orders.length, 0);
    },
  };
}

function askedOf(command: BookCommand): Asked {
  if (command.type === "cancel_limit_order") return { kind: "cancel", id: command.order };
  const { id, limit, lifetime } = command.order;
  const options = { id, ...sizeOf(command.order) };
  if (limit === null) return { kind: "market", options };
  const timeInForce = lifetime === "standing" ? STANDING : IMMEDIATE;
  return { kind: "limit", options: { ...options, price: Number(limit), timeInForce } };
}

/** Accounts are named only where they matter, since a named one costs a comparison. */
function sizeOf({ side, gpus, account, ownOrders }: LimitOrder): opponent.MarketOrderOptions {
  const size = { side: opponent.Side[side === "buy" ? "BUY" : "SELL"], size: gpus };
  if (ownOrders === "trade") return size;
  return { ...size, accountId: account, stpMode: opponent.SelfTradePreventionMode.EXPIRE_MAKER };
}

function theirTold(asked: Asked | undefined, answer: Answer): Told {
  assert(asked !== undefined, "each answer has its command");
  if (answer === undefined) return { trades: ["order_unknown"], expired: [], rests: 0 };
  if ("order" in answer) {
    return { trades: [], expired: [answer.order.id], rests: answer.order.size };
  }
  assert(asked.kind !== "cancel" && answer.err === null, `no error: ${answer.err?.message ?? ""}`);
  const stands = asked.kind === "limit" && asked.options.timeInForce === STANDING;
  return {
    trades: tradesOf(answer, asked.options.id ?? ""),
    expired: (answer.stpExpired ?? []).map(({ id, size }) => `${id} ${size}`),
    rests: stands ? answer.quantityLeft : 0,
  };
}

/** Filled makers, and the one that was filled in part; the taker's own entry, at a mean price, is no trade. */
function tradesOf(answer: IProcessOrder, taker: string): string[] {
  const trades = answer.done.flatMap((order) =>
    order.id === taker || !("price" in order)
      ? []
      : [`${order.id} ${order.size} at ${order.price}`],
  );
  const { partial, partialQuantityProcessed } = answer;
  if (partial !== null && partial.id !== taker) {
    trades.push(`${partial.id} ${partialQuantityProcessed} at ${partial.price}`);
  }
  return trades;
}
