import { describe, expect, test } from "vitest";
import type { Holdings } from "../contracts/holdings.ts";
import { FIRM, durationMs, gpus, later, MINUTE_MS } from "../units.ts";
import {
  at,
  contractOf,
  holdingsOf,
  HOUR_NOTICE,
  minuteOf,
  minutes,
  POLICY,
  QUARTER,
  SPOT,
} from "./recall.test-data.ts";
import type { Arrival } from "./shortfall.ts";
import { heldAfter, meetAtOnce, meetSurprise, waitsOf } from "./shortfall.ts";
import { allowedWait } from "../policy/waits.ts";
import type { Taking } from "./take-back.ts";

/** As [contract, GPUs, due, until], in minutes. */
type Row = [string, number, number, number];

function rowOf({ contract, gpus, due, until }: Taking): Row {
  return [contract, gpus, minuteOf(due), minuteOf(until)];
}

interface ArrivalDraft {
  readonly now?: number;
  readonly capacity?: number;
  readonly demand: number;
  readonly surprise?: number;
  readonly awaited?: number;
  readonly awaitedUntil?: number;
}

/** At minute 0, on 64 GPUs. */
function arrivalOf(draft: ArrivalDraft): Arrival {
  return {
    now: at(draft.now ?? 0),
    capacity: gpus(draft.capacity ?? 64),
    demand: gpus(draft.demand),
    surprise: gpus(draft.surprise ?? 0),
    awaited: (time) => gpus(time < at(draft.awaitedUntil ?? 240) ? (draft.awaited ?? 0) : 0),
  };
}

const WAITING = { ...POLICY, onShortfall: "wait" } as const;

function spotContracts() {
  return [contractOf({ id: "s", notice: SPOT, gpus: 32, price: 500_000n })];
}

/** Sixteen at each notice. */
function each() {
  return [
    contractOf({ id: "f", notice: FIRM, gpus: 16 }),
    contractOf({ id: "h", notice: HOUR_NOTICE, gpus: 16, price: 800_000n }),
    contractOf({ id: "q", notice: QUARTER, gpus: 16, price: 600_000n }),
    contractOf({ id: "s", notice: SPOT, gpus: 16, price: 500_000n }),
  ];
}

function met(holdings: Holdings, draft: ArrivalDraft, policy: typeof POLICY = POLICY) {
  const { recalls, breaches } = meetSurprise(holdings, policy, arrivalOf(draft));
  return { recalls: recalls.map(rowOf), breaches: breaches.map(rowOf) };
}

/** 16 firm, and 24 of each other notice that were taken at its end. */
function waiting() {
  return holdingsOf([
    contractOf({ id: "f", notice: FIRM, gpus: 16 }),
    contractOf({ id: "q", notice: QUARTER, gpus: 24, to: 15 }),
    contractOf({ id: "s", notice: SPOT, gpus: 24, to: 2 }),
  ]);
}

describe("demand that was declared", () => {
  test("waits for nothing: what it lacks is broken at once, though a recall would take two minutes", () => {
    const holdings = holdingsOf(spotContracts());
    expect(meetAtOnce(holdings, POLICY, arrivalOf({ demand: 48 })).map(rowOf)).toEqual([
      ["s", 16, 0, 240],
    ]);
  });

  test("that fits beside what is held takes nothing", () => {
    expect(meetAtOnce(holdingsOf(spotContracts()), POLICY, arrivalOf({ demand: 32 }))).toEqual([]);
  });

  test("has room made for it beside a surprise run that waits", () => {
    const arrival = arrivalOf({ demand: 56, surprise: 16 });
    expect(meetAtOnce(holdingsOf(spotContracts()), POLICY, arrival).map(rowOf)).toEqual([
      ["s", 8, 0, 240],
    ]);
  });

  test("lacks what an outage of some nodes has taken", () => {
    const arrival = arrivalOf({ capacity: 48, demand: 24 });
    expect(meetAtOnce(holdingsOf(spotContracts()), POLICY, arrival).map(rowOf)).toEqual([
      ["s", 8, 0, 240],
    ]);
  });

  test("does not take what earlier runs are waiting for", () => {
    const holdings = holdingsOf(spotContracts());
    const [contract] = holdings.all();
    if (contract === undefined) throw new Error("a contract is held");
    holdings.cut(contract, "a", { start: at(2), end: at(240) }, gpus(16));
    // Sixteen of the demand run are there already and wait until minute 2 for these sixteen.
    expect(meetAtOnce(holdings, POLICY, arrivalOf({ demand: 48, awaited: 16 }))).toEqual([]);
    expect(meetAtOnce(holdings, POLICY, arrivalOf({ demand: 56, awaited: 16 })).map(rowOf)).toEqual(
      [["s", 8, 0, 240]],
    );
  });

  test("yields where the policy lets the owner wait", () => {
    expect(meetAtOnce(holdingsOf(spotContracts()), WAITING, arrivalOf({ demand: 64 }))).toEqual([]);
  });

  test("breaks the cheapest: what is credited least", () => {
    const holdings = holdingsOf([
      contractOf({ id: "long", notice: SPOT, gpus: 16, price: 400_000n }),
      contractOf({ id: "ending", notice: FIRM, gpus: 16, to: 30 }),
      contractOf({ id: "dear", notice: SPOT, gpus: 16, price: 500_000n }),
    ]);
    expect(meetAtOnce(holdings, POLICY, arrivalOf({ demand: 40 })).map(rowOf)).toEqual([
      ["ending", 16, 0, 30],
      ["long", 8, 0, 240],
    ]);
  });

  test("takes a block whole, and nothing from a contract that has not begun or is over", () => {
    const holdings = holdingsOf([
      contractOf({ id: "over", gpus: 8, to: 5, price: 1n }),
      contractOf({ id: "future", gpus: 8, from: 11, price: 1n }),
      contractOf({ id: "block", gpus: 24, block: true }),
    ]);
    const arrival = arrivalOf({ now: 10, capacity: 24, demand: 8 });
    expect(meetAtOnce(holdings, POLICY, arrival).map(rowOf)).toEqual([["block", 24, 10, 240]]);
  });
});

describe("a surprise run", () => {
  test.each([
    [0, 2],
    [16, 2],
    [17, 15],
    [100_000, 15],
  ])("of %d GPUs may wait %d minutes", (size, wait) => {
    expect(allowedWait(POLICY.allowedWaits, size)).toBe(minutes(wait));
  });

  test("beyond every class may not wait", () => {
    expect(allowedWait([{ upTo: gpus(8), wait: minutes(2) }], 9)).toBe(0);
  });

  test("of a size that waits two minutes recalls what two minutes' notice can free, and breaks the rest then", () => {
    const holdings = holdingsOf(each());
    expect(met(holdings, { demand: 16, surprise: 16 })).toEqual({
      recalls: [["s", 16, 2, 240]],
      breaches: [],
    });
    // Of 24 lacking GPUs, eight are the cheapest breach two minutes on.
    expect(met(holdings, { demand: 24, surprise: 16 })).toEqual({
      recalls: [["s", 16, 2, 240]],
      breaches: [["q", 8, 2, 240]],
    });
  });

  test("does not take again what a larger run before it awaits for longer", () => {
    const holdings = holdingsOf([
      contractOf({ id: "q", notice: QUARTER, gpus: 32, to: 14 }),
      contractOf({ id: "s", notice: SPOT, gpus: 32 }),
    ]);
    const arrival = { demand: 40, surprise: 8, awaited: 32, awaitedUntil: 14 };
    expect(met(holdings, arrival)).toEqual({ recalls: [["s", 8, 2, 240]], breaches: [] });
    const recalled = holdingsOf([
      contractOf({ id: "q", notice: QUARTER, gpus: 32, to: 14 }),
      contractOf({ id: "s", notice: SPOT, gpus: 24 }),
      contractOf({ id: "gone", notice: SPOT, gpus: 8, to: 2 }),
    ]);
    expect(waitsOf(recalled, arrivalOf(arrival), at(2))).toEqual([{ gpus: 8, wait: minutes(2) }]);
  });

  test("of a size that waits a quarter may use that notice, and takes the cheapest set of both", () => {
    // An hour of the spot contract is left, four of the other: its compensation is the lesser by far.
    const holdings = holdingsOf([
      contractOf({ id: "f", notice: FIRM, gpus: 24 }),
      contractOf({ id: "q", notice: QUARTER, gpus: 24, price: 600_000n, to: 60 }),
      contractOf({ id: "s", notice: SPOT, gpus: 16, price: 500_000n }),
    ]);
    expect(met(holdings, { demand: 32, surprise: 32 })).toEqual({
      recalls: [
        ["q", 24, 15, 60],
        ["s", 8, 2, 240],
      ],
      breaches: [],
    });
  });

  test("that fits takes nothing, and neither does one for which a contract ends in time", () => {
    const holdings = holdingsOf([contractOf({ id: "s", notice: SPOT, gpus: 64, to: 2 })]);
    const nothing = { recalls: [], breaches: [] };
    expect(met(holdings, { demand: 16, surprise: 16 })).toEqual(nothing);
    expect(met(holdingsOf(each()), { capacity: 128, demand: 64, surprise: 64 })).toEqual(nothing);
  });

  test("takes at its deadline from a contract that begins before it", () => {
    const holdings = holdingsOf([
      contractOf({ id: "f", notice: FIRM, gpus: 48 }),
      contractOf({ id: "q", notice: QUARTER, gpus: 16, from: 10 }),
      contractOf({ id: "s", notice: SPOT, gpus: 16, from: 5, price: 1n }),
    ]);
    expect(met(holdings, { capacity: 80, demand: 24, surprise: 24 })).toEqual({
      recalls: [
        ["q", 8, 15, 240],
        ["s", 16, 5, 240],
      ],
      breaches: [],
    });
  });

  test("never breaks the GPUs that it recalls, nor forgets those that another recall leaves", () => {
    const holdings = holdingsOf([
      contractOf({ id: "f", notice: FIRM, gpus: 48 }),
      contractOf({ id: "s", notice: SPOT, gpus: 16, price: 500_000n }),
    ]);
    const spot = holdings.get(SPOT, "s");
    if (spot === undefined) throw new Error("the contract is held");
    holdings.cut(spot, "a", { start: at(60), end: at(240) }, gpus(8));
    // Both layers of the spot contract are recalled: those held to the end and those until minute 60.
    expect(met(holdings, { demand: 24, surprise: 16 })).toEqual({
      recalls: [
        ["s", 8, 2, 240],
        ["s", 8, 2, 60],
      ],
      breaches: [["f", 8, 2, 240]],
    });
  });

  test("where the policy lets it wait recalls under the shortest longer notices, for what is lacking then", () => {
    expect(met(holdingsOf(each()), { demand: 40, surprise: 16 }, WAITING)).toEqual({
      recalls: [
        ["s", 16, 2, 240],
        ["q", 16, 15, 240],
        ["h", 8, 60, 240],
      ],
      breaches: [],
    });
    // The firm contract ends before the hour is over: no need for the third recall.
    const ending = holdingsOf([
      contractOf({ id: "f", notice: FIRM, gpus: 16, to: 50 }),
      ...each().slice(1),
    ]);
    expect(met(ending, { demand: 40, surprise: 16 }, WAITING).recalls).toEqual([
      ["s", 16, 2, 240],
      ["q", 16, 15, 240],
    ]);
  });

  test("that arrives within a minute counts from the next one", () => {
    const arrival = {
      ...arrivalOf({ demand: 16, surprise: 16 }),
      now: later(at(0), durationMs(1)),
    };
    const { recalls } = meetSurprise(holdingsOf(each()), POLICY, arrival);
    expect(recalls.map(rowOf)).toEqual([["s", 16, 3, 240]]);
  });

  test("takes a block whole where that is cheapest", () => {
    const holdings = holdingsOf([
      contractOf({ id: "block", notice: SPOT, gpus: 48, price: 1n, block: true }),
      contractOf({ id: "s", notice: SPOT, gpus: 16 }),
    ]);
    expect(met(holdings, { demand: 8, surprise: 8 }).recalls).toEqual([["block", 48, 2, 240]]);
  });

  test("takes a block of which a part was resold as far as it stays the same", () => {
    const holdings = holdingsOf([
      contractOf({ id: "block", notice: SPOT, gpus: 16, block: true }),
      contractOf({ id: "f", notice: FIRM, gpus: 48 }),
    ]);
    const block = holdings.get(SPOT, "block");
    if (block === undefined) throw new Error("the contract is held");
    holdings.cut(block, "a", { start: at(60), end: at(90) }, gpus(8));
    expect(met(holdings, { demand: 8, surprise: 8 }).recalls).toEqual([["block", 16, 2, 60]]);
  });

  test("reaches a contract whose tail or middle was resold", () => {
    const holdings = holdingsOf([
      contractOf({ id: "s", notice: SPOT, gpus: 16 }),
      contractOf({ id: "f", notice: FIRM, gpus: 48 }),
    ]);
    const spot = holdings.get(SPOT, "s");
    if (spot === undefined) throw new Error("the contract is held");
    holdings.cut(spot, "a", { start: at(100), end: at(120) }, gpus(16));
    expect(met(holdings, { demand: 8, surprise: 8 }).recalls).toEqual([["s", 8, 2, 100]]);
    expect(met(holdings, { now: 110, demand: 24, surprise: 8 })).toEqual({
      recalls: [],
      breaches: [["f", 8, 112, 240]],
    });
    expect(met(holdings, { now: 118, demand: 8, surprise: 8 }).recalls).toEqual([
      ["s", 8, 120, 240],
    ]);
  });
});

function waits(draft: ArrivalDraft, until: number) {
  return waitsOf(waiting(), arrivalOf(draft), at(until)).map(({ gpus, wait }) => [
    gpus,
    wait / MINUTE_MS,
  ]);
}

describe("the wait of a surprise run", () => {
  test("is nothing for GPUs that are free, and for others the notice of the contract that made way", () => {
    expect(waits({ capacity: 72, demand: 48, surprise: 48 }, 15)).toEqual([
      [8, 0],
      [24, 2],
      [16, 15],
    ]);
  });

  test("begins where the demand before it is served", () => {
    expect(waits({ capacity: 72, demand: 40, surprise: 24 }, 15)).toEqual([
      [16, 2],
      [8, 15],
    ]);
  });

  test("is longer than looked at for GPUs that are not free by then", () => {
    expect(waits({ demand: 56, surprise: 56 }, 15)).toEqual([
      [24, 2],
      [24, 15],
      [8, 16],
    ]);
    expect(waits({ demand: 56, surprise: 56 }, 14)).toEqual([
      [24, 2],
      [32, 15],
    ]);
  });

  test("is of no run nothing", () => {
    expect(waits({ demand: 8 }, 15)).toEqual([]);
  });

  test("counts whole notices for a run that arrives within a minute", () => {
    const now = later(at(-1), durationMs(1));
    const arrival = { ...arrivalOf({ demand: 24, surprise: 24 }), now };
    expect(waitsOf(waiting(), arrival, later(now, minutes(2)))).toEqual([
      { gpus: 24, wait: minutes(2) },
    ]);
  });
});

test("what is held a moment later is read from the next minute on", () => {
  const holdings = holdingsOf([contractOf({ id: "c", from: 1, to: 2 })]);
  expect([0, 1, 2].map((minute) => heldAfter(holdings, at(minute)))).toEqual([0, 8, 0]);
  expect(heldAfter(holdings, later(at(0), durationMs(1)))).toBe(8);
});
