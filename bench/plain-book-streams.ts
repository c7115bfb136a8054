/** The streams of commands for the plain limit book: what is asked, how often, and how deep the book is. */
import { apply } from "../src/limit-book/apply.ts";
import type { BookCommand } from "../src/limit-book/decide.ts";
import { decide } from "../src/limit-book/decide.ts";
import { LimitBook } from "../src/limit-book/limit-book.ts";
import type { LimitOrder, Side } from "../src/limit-book/order.ts";
import { gpus, microUsdPerGpuHour } from "../src/units.ts";

/** Out of 100 commands, what is left of these are standing orders that cross nothing when they are sent. */
export interface Mix {
  readonly name: string;
  readonly seeded: number;
  readonly cancels: number;
  /** Standing orders with a limit beyond the best price of the other side. */
  readonly crossing: number;
  readonly markets: number;
  readonly immediate: number;
  /** Prices on each side, a tick apart, over which resting orders are spread. */
  readonly prices: number;
  readonly accounts: number;
  readonly ownOrders: LimitOrder["ownOrders"];
}

const PLAIN = { immediate: 0, accounts: 1_000, ownOrders: "trade" } as const;

export const MIXES: readonly Mix[] = [
  mix("balanced", { seeded: 1_000, cancels: 35, crossing: 8, markets: 7, prices: 100 }),
  mix("cancel-heavy", { seeded: 1_000, cancels: 48, crossing: 2, markets: 1, prices: 100 }),
  mix("cross-heavy", { seeded: 1_000, cancels: 5, crossing: 30, markets: 18, prices: 100 }),
  mix("shallow", { seeded: 40, cancels: 40, crossing: 5, markets: 5, prices: 20 }),
  mix("deep, 2 a price", { seeded: 100_000, cancels: 35, crossing: 8, markets: 7, prices: 25_000 }),
  mix("deep, 50 a price", { seeded: 100_000, cancels: 35, crossing: 8, markets: 7, prices: 1_000 }),
  {
    ...mix("own expire", { seeded: 1_000, cancels: 30, crossing: 10, markets: 5, prices: 100 }),
    immediate: 5,
    accounts: 20,
    ownOrders: "expire",
  },
];

type Given = Pick<Mix, "seeded" | "cancels" | "crossing" | "markets" | "prices">;

function mix(name: string, given: Given): Mix {
  return { ...PLAIN, name, ...given };
}

/** A hundredth of a cent, in micro-dollars. */
const TICK = 100;
/** Four dollars for a GPU-hour. */
const MIDDLE = 4_000_000;

/**
 * Draws commands that suit a book in which those before them have been carried out; it keeps one of its own to know.
 */
export class Stream {
  readonly #mix: Mix;
  readonly #draw: (below: number) => number;
  readonly #book = new LimitBook();
  readonly #standing: string[] = [];
  #sent = 0;

  constructor(mix: Mix, seed: number) {
    this.#mix = mix;
    this.#draw = drawsFrom(seed);
  }

  seed(): BookCommand[] {
    return Array.from({ length: this.#mix.seeded }, () => this.#carryOut(this.#passive()));
  }

  next(count: number): BookCommand[] {
    return Array.from({ length: count }, () => this.#carryOut(this.#drawn()));
  }

  #drawn(): BookCommand {
    const { cancels, crossing, markets, immediate, seeded } = this.#mix;
    const drawn = this.#draw(100);
    if (drawn < markets) return this.#market();
    if (drawn < markets + crossing) return this.#crossing("standing");
    if (drawn < markets + crossing + immediate) return this.#crossing("immediate");
    const cancelling = drawn < markets + crossing + immediate + cancels;
    // The book is held at about its first depth.
    const { size } = this.#book;
    const isCancelled = size > seeded * 1.1 || (cancelling && size > seeded * 0.9);
    return isCancelled ? this.#cancel() : this.#passive();
  }

  #carryOut(command: BookCommand): BookCommand {
    const event = decide(this.#book, command);
    if (typeof event === "string") return command;
    apply(this.#book, event);
    if (event.type === "limit_order_placed" && event.rests > 0) this.#standing.push(event.order.id);
    return command;
  }

  #passive(): BookCommand {
    const side = this.#side();
    const away =
      (1 + Math.floor((this.#draw(1_000) * this.#draw(1_000) * this.#mix.prices) / 1e6)) * TICK;
    return this.#place(side, side === "buy" ? MIDDLE - away : MIDDLE + away, "standing");
  }

  /** Beyond the other side's best price by up to a tenth of its prices. */
  #crossing(lifetime: LimitOrder["lifetime"]): BookCommand {
    const side = this.#side();
    const best = Number(this.#book.best(side === "buy" ? "sell" : "buy")?.price ?? MIDDLE);
    const beyond = this.#draw(Math.ceil(this.#mix.prices / 100) + 1) * TICK;
    return this.#place(side, side === "buy" ? best + beyond : best - beyond, lifetime);
  }

  #market(): BookCommand {
    return this.#place(this.#side(), null, "immediate");
  }

  #cancel(): BookCommand {
    for (;;) {
      const index = this.#draw(this.#standing.length);
      const order = this.#standing[index] ?? "";
      this.#standing[index] = this.#standing.at(-1) ?? "";
      this.#standing.pop();
      if (this.#book.has(order) || this.#standing.length === 0) {
        return { type: "cancel_limit_order", order };
      }
    }
  }

  #place(side: Side, price: number | null, lifetime: LimitOrder["lifetime"]): BookCommand {
    this.#sent += 1;
    const order: LimitOrder = {
      id: nameOf("ord", this.#sent),
      account: nameOf("acc", this.#draw(this.#mix.accounts)),
      side,
      limit: price === null ? null : microUsdPerGpuHour(BigInt(price)),
      gpus: gpus(8 * (1 + this.#draw(16))),
      lifetime,
      ownOrders: this.#mix.ownOrders,
    };
    return { type: "place_limit_order", order };
  }

  #side(): Side {
    return this.#draw(2) === 0 ? "buy" : "sell";
  }
}

/** As long and as scattered as the service's own names. */
function nameOf(prefix: string, index: number): string {
  const digits = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35].map((factor) =>
    (Math.imul(index + 1, factor) >>> 0).toString(36).padStart(7, "0"),
  );
  return `${prefix}_${digits.join("")}`;
}

/** Mulberry32: the same commands in every run. */
function drawsFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
