import { describe, expect, test } from "vitest";
import type { MicroUsdPerGpuHour } from "../units.ts";
import {
  durationMs,
  epochMs,
  FIRM,
  gpus,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../units.ts";
import type { Match, NoMatch } from "./match.ts";
import { matchBuy } from "./match.ts";
import type { NaiveAsk } from "./naive-match.test-data.ts";
import { naiveAsk } from "./naive-match.test-data.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";
import { Supply } from "./supply.ts";

const ORIGIN = epochMs(28_000_000 * MINUTE_MS);
const SPOT = notice(0);
const SPAN = 20;
const at = (minute: number) => later(ORIGIN, minutes(minute));
const minutes = (count: number) => durationMs(count * MINUTE_MS);
const usd = (price: number): MicroUsdPerGpuHour =>
  microUsdPerGpuHour(BigInt(Math.round(price * 1_000_000)));

interface Terms {
  readonly price: number;
  readonly notice?: Ask["notice"];
  readonly longest?: number;
  /** GPUs by fabric: all the time, or minute by minute. */
  readonly has: Record<string, number | readonly number[]>;
  readonly inAll?: number;
  readonly contract?: string;
}

function ask(source: Ask["source"], terms: Terms): NaiveAsk {
  const always = (value: number) => Array.from({ length: SPAN }, () => value);
  const byFabric = Object.entries(terms.has).map(
    ([fabric, has]) => [fabric, typeof has === "number" ? always(has) : has] as const,
  );
  return naiveAsk(
    {
      source,
      notice: terms.notice ?? SPOT,
      price: usd(terms.price),
      maxDuration: minutes(terms.longest ?? SPAN),
    },
    { origin: ORIGIN, byFabric: new Map(byFabric), inAll: always(terms.inAll ?? 1_000) },
  );
}

function rung(pool: string, terms: Terms): NaiveAsk {
  return ask({ kind: "rung", pool, notice: terms.notice ?? SPOT }, terms);
}

function listing(order: string, terms: Terms): NaiveAsk {
  return ask({ kind: "listing", order, contract: terms.contract ?? `of ${order}` }, terms);
}

const ORDER: Order = {
  id: "order",
  account: "buyer",
  side: "buy",
  sku: "H100",
  gpus: gpus(16),
  start: { earliest: at(2), latest: at(2) },
  duration: { min: minutes(6), max: minutes(6) },
  limit: usd(2),
  noticeAtLeast: SPOT,
  fabric: "any",
  fill: "partial",
  lifetime: "immediate",
  expires: null,
  contract: null,
};

function match(order: Partial<Order>, asks: readonly Ask[], now = ORIGIN): Match {
  const found = matchBuy({ ...ORDER, ...order }, new Supply(asks), now);
  if (typeof found === "string") throw new Error(`no match: ${found}`);
  return found;
}

/** `source fabric gpus` for each piece. */
function taken({ pieces }: Match): string[] {
  return pieces.map(({ ask: { source }, fabric, gpus }) => {
    const name = source.kind === "rung" ? source.pool : source.order;
    return `${name} ${fabric} ${gpus}`;
  });
}

describe("asks are taken", () => {
  test("cheapest first, then at the longer notice, then listings, then by name", () => {
    const has = { a: 8 };
    const asks = [
      rung("rung at 1", { price: 1, has }),
      listing("b at 1", { price: 1, has }),
      listing("a at 1", { price: 1, has }),
      listing("firm at 1", { price: 1, notice: FIRM, has }),
      listing("at 0.5", { price: 0.5, has }),
      listing("at 2", { price: 2, has }),
    ];
    expect(taken(match({ gpus: gpus(48) }, asks))).toEqual([
      "at 0.5 a 8",
      "firm at 1 a 8",
      "a at 1 a 8",
      "b at 1 a 8",
      "rung at 1 a 8",
      "at 2 a 8",
    ]);
  });

  test("from one rung of a pool: the cheapest that has anything, though another has more", () => {
    const cheap = rung("p", { price: 1, has: { a: 8 } });
    const dear = rung("p", { price: 2, notice: FIRM, has: { a: 16 } });
    expect(taken(match({}, [dear, cheap]))).toEqual(["p a 8"]);
    const none = rung("p", { price: 1, has: { a: 0 } });
    expect(taken(match({}, [dear, none]))).toEqual(["p a 16"]);
  });

  test("from one listing of a contract, whose GPUs two may both show", () => {
    const asks = ["x", "y"].map((order) =>
      listing(order, { price: 1, contract: "c", has: { a: 8 } }),
    );
    expect(taken(match({}, asks))).toEqual(["x a 8"]);
  });

  test("from the smallest fabric that holds what is wanted", () => {
    const asks = [rung("p", { price: 1, has: { a: 64, b: 16, c: 32, d: 8 } })];
    expect(taken(match({ gpus: gpus(16) }, asks))).toEqual(["p b 16"]);
    expect(taken(match({ gpus: gpus(24) }, asks))).toEqual(["p c 24"]);
  });

  test("from the largest fabrics where none holds all", () => {
    const asks = [rung("p", { price: 1, has: { a: 16, b: 32, c: 32, d: 8 } })];
    expect(taken(match({ gpus: gpus(72) }, asks))).toEqual(["p b 32", "p c 32", "p d 8"]);
  });

  test("no more than an ask offers over all fabrics, nor than its fabrics have through the window", () => {
    expect(match({}, [rung("p", { price: 1, has: { a: 16, b: 16 }, inAll: 8 })]).gpus).toBe(8);
    const relay = { a: [0, 0, 8, 8, 8, 0, 0, 0], b: [0, 0, 0, 0, 0, 8, 8, 8], c: 8 };
    expect(taken(match({}, [rung("p", { price: 1, has: relay })]))).toEqual(["p c 8"]);
  });

  test("in one fabric from every ask that reaches into it", () => {
    const asks = [
      rung("p", { price: 1, has: { a: 8, b: 8 } }),
      listing("x", { price: 2, has: { b: 8 } }),
      listing("y", { price: 2, has: { c: 8 } }),
    ];
    expect(taken(match({ fabric: "one" }, asks))).toEqual(["p b 8", "x b 8"]);
  });
});

test("a match costs what its asks ask, each piece rounded up once", () => {
  const asks = [
    listing("x", { price: 1, has: { a: 8 } }),
    listing("y", { price: 1.000_001, has: { a: 8 } }),
  ];
  const { cost } = match({}, asks);
  expect(cost).toBe(800_000n + 800_001n);
});

describe("of several windows the best is", () => {
  const flexible: Partial<Order> = {
    start: { earliest: at(0), latest: at(10) },
    duration: { min: minutes(1), max: minutes(8) },
  };

  test("the one with the most GPU-time", () => {
    const has = { a: [16, 16, 8, 8, 8, 8, 8, 8, 8, 8, 0, 0, 16, 16] };
    const { window, gpus } = match(flexible, [rung("p", { price: 1, has })]);
    expect([window, gpus]).toEqual([{ start: at(0), end: at(8) }, 8]);
  });

  test("then the cheapest an hour", () => {
    const { window } = match({ start: { earliest: at(0), latest: at(10) } }, [
      rung("p", { price: 1, has: { a: [8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16] } }),
      rung("q", { price: 2, has: { b: 16 } }),
    ]);
    expect(window).toEqual({ start: at(3), end: at(9) });
  });

  test("then the earliest", () => {
    const { window } = match(
      flexible,
      [rung("p", { price: 1, has: { a: 16 } })],
      epochMs(at(1) + 1),
    );
    expect(window).toEqual({ start: at(2), end: at(10) });
  });

  test("then the longest", () => {
    const asks = [
      rung("p", { price: 1, longest: 4, has: { a: 1 } }),
      listing("x", { price: 1, longest: 6, has: { a: [2, 2, 2, 2, 2, 2] } }),
    ];
    const { window, gpus: filled } = match(
      { ...flexible, gpus: gpus(3), start: { earliest: at(0), latest: at(0) } },
      asks,
    );
    expect([window, filled]).toEqual([{ start: at(0), end: at(6) }, 2]);
  });

  test("in one fabric, the cheaper, then the one whose name sorts first", () => {
    const both = listing("x", { price: 1, has: { b: 16, a: 16 } });
    expect(taken(match({ fabric: "one" }, [both]))).toEqual(["x a 16"]);
    const cheaper = listing("y", { price: 0.5, has: { b: 8 } });
    expect(taken(match({ fabric: "one" }, [both, cheaper]))).toEqual(["y b 8", "x b 8"]);
  });

  test("found a minute after a cheap rung has gone, where a dearer one of its pool has more", () => {
    const asks = [
      rung("p", { price: 1, has: { a: [8, 8, 8, 8, 8, 8, 8, 8, 8, 0, 0, 0, 0, 0, 0, 0] } }),
      rung("p", { price: 2, notice: FIRM, has: { a: 16 } }),
    ];
    const { window, gpus } = match({ start: { earliest: at(0), latest: at(10) } }, asks);
    expect([window, gpus]).toEqual([{ start: at(4), end: at(10) }, 16]);
  });
});

describe("an order without a match is told why", () => {
  const two = { a: 8, b: 8 };
  test.each<[NoMatch, Partial<Order>, readonly Ask[]]>([
    ["start_passed", { start: { earliest: at(-9), latest: at(-1) } }, []],
    [
      "not_enough_in_one_fabric",
      { fabric: "one", fill: "all-or-none" },
      [rung("p", { price: 1, has: two })],
    ],
    ["not_enough_gpus", { fill: "all-or-none" }, [rung("p", { price: 1, has: { a: 8 } })]],
    [
      "not_enough_gpus",
      { fill: "all-or-none", fabric: "one", gpus: gpus(24) },
      [rung("p", { price: 1, has: two })],
    ],
    ["no_supply_at_this_price", {}, [rung("p", { price: 3, has: two })]],
    ["no_supply_at_this_notice", { noticeAtLeast: FIRM }, [rung("p", { price: 3, has: two })]],
    ["no_supply", {}, [rung("p", { price: 1, has: { a: 0 } })]],
    ["no_supply", {}, [rung("p", { price: 1, longest: 5, has: two })]],
    ["no_supply", {}, []],
  ])("%s", (reason, order, asks) => {
    expect(matchBuy({ ...ORDER, ...order }, new Supply(asks), ORIGIN)).toBe(reason);
  });
});

describe("the supply", () => {
  const asks = [
    listing("x", { price: 2, has: { b: 8, a: 8 } }),
    rung("p", { price: 1, has: { c: 8 } }),
    listing("y", { price: 1, has: { a: 8 } }),
  ] as const;

  test("keeps asks in the order in which they are taken, and fabrics by name", () => {
    const supply = new Supply(asks);
    expect(supply.asks).toEqual([asks[2], asks[1], asks[0]]);
    expect(supply.asksIn("a")).toEqual([asks[2], asks[0]]);
    expect(supply.fabrics).toEqual(["a", "b", "c"]);
  });

  test("forgets what is withdrawn", () => {
    const supply = new Supply(asks);
    supply.remove(asks[0]);
    expect(supply.asks).toEqual([asks[2], asks[1]]);
    expect(supply.fabrics).toEqual(["a", "c"]);
    expect(supply.asksIn("b")).toEqual([]);
  });

  test("takes no ask twice and withdraws none that it does not have", () => {
    const supply = new Supply(asks);
    expect(() => supply.add(asks[0])).toThrow("an ask is offered once");
    supply.remove(asks[0]);
    expect(() => supply.remove(asks[0])).toThrow("had been offered");
  });
});
