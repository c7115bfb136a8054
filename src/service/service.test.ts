import { expect, test } from "vitest";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import { at, minutes, span } from "../recall/recall.test-data.ts";
import { FIRM, gpus, HOUR_MS, microUsd } from "../units.ts";
import { accountOf } from "../exchange/trial.test-data.ts";
import { doing, FAILING } from "../journal/journal.test-data.ts";
import { Life } from "./service.test-data.ts";

const FIRM_ORDER = { notice: FIRM, limit: 10n ** 8n };

test("nothing is sold before a cluster has been read, and then what it leaves free", async () => {
  const life = await Life.begin();
  expect(life.service.unseen.get("p")).toBe("not read yet");
  expect(await life.buy({ gpus: 8, to: 60 })).toBe("no_supply");
  life.cluster.demand = 24;
  await life.tickAt(0);
  expect(life.service.unseen.size).toBe(0);
  expect(await life.buy({ gpus: 48, to: 60, terms: { fill: "all-or-none" } })).toBe(
    "not_enough_gpus",
  );
  expect(await life.buy({ gpus: 40, to: 60, terms: { fill: "all-or-none" } })).toBeNull();
});

test("of a cluster that cannot be seen nothing more is sold, and what is sold stays", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  expect(await life.buy({ gpus: 8, to: 60 })).toBeNull();
  life.cluster.isUnseen = true;
  await life.tickAt(1);
  expect(life.service.unseen.get("p")).toContain("no answer");
  expect(life.warnings).toHaveLength(1);
  expect(await life.buy({ gpus: 8, from: 2, to: 60 })).toBe("no_supply");
  expect(life.held(30)).toBe(8);
  const { sequence } = life.journal.durable;
  await life.tickAt(1);
  expect(life.journal.durable.sequence).toBe(sequence);
});

test("a standing order gets what a reading sets free", async () => {
  const life = await Life.begin();
  life.cluster.demand = 64;
  await life.tickAt(0);
  const standing = { lifetime: "standing", expires: at(200) } as const;
  expect(await life.buy({ gpus: 8, from: 20, to: 60, terms: standing })).toBeNull();
  expect(life.held(30)).toBe(0);
  life.cluster.demand = 0;
  await life.tickAt(10);
  expect(life.held(30)).toBe(8);
  expect(life.state.market.book.size).toBe(0);
});

test("a standing order gets what a holder gives up or puts up, also while the cluster is down", async () => {
  const life = await Life.begin();
  const standing = { lifetime: "standing", expires: at(200) } as const;
  await life.tickAt(0);
  expect(await life.buy({ gpus: 64, from: 60, to: 120 })).toBeNull();
  await life.do(
    { type: "create_account", account: accountOf("z") },
    {
      type: "deposit",
      account: "z",
      amount: microUsd(10n ** 9n),
      means: "manual",
      reference: "z",
    },
  );
  const wanted = { gpus: 8, from: 60, to: 120, terms: standing };
  expect(await life.buy({ ...wanted, account: "z" })).toBeNull();
  const contract = [...life.state.market.contracts.keys()][0] ?? "";
  const listing = sellOf(contract, { id: "l", account: "x", gpus: 8, from: 60, to: 120 });
  life.cluster.fabrics = [0, 0];
  await life.do({ type: "place_order", order: listing, now: at(0) });
  expect(life.state.market.book.size).toBe(2);
  await life.tickAt(10);
  expect(life.state.market.book.size).toBe(0);
});

test("whoever is in the way of a surprise run makes way by the end of its wait", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.buy({ gpus: 64, to: 120 });
  life.cluster.demand = 32;
  await life.tickAt(10);
  expect(life.held(11)).toBe(64);
  expect(life.held(25)).toBe(32);
});

test("an outage ends contracts without blame, and sells nothing", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.buy({ gpus: 8, to: 120 });
  life.cluster.fabrics = [0, 0];
  await life.tickAt(10);
  expect(life.held(60)).toBe(0);
  expect(await life.buy({ gpus: 8, from: 12, to: 60 })).toBe("no_supply");
});

test.each([null, 64, 60])(
  "maintenance of a part or all of a pool breaks what runs, with compensation, and spares what begins later (%s)",
  async (size) => {
    const life = await Life.begin();
    await life.tickAt(0);
    expect(await life.buy({ gpus: 8, to: 120, ...FIRM_ORDER })).toBeNull();
    expect(await life.buy({ gpus: 8, from: 60, to: 120, ...FIRM_ORDER })).toBeNull();
    const window = span(10, 20);
    const block = {
      id: "b",
      pool: "p",
      kind: "maintenance",
      window,
      gpus: size === null ? null : gpus(size),
      note: "",
    } as const;
    await life.do({ type: "block_gpus", block });
    await life.tickAt(10);
    expect(life.held(15)).toBe(0);
    expect(life.held(90)).toBe(8);
    expect(life.state.ledger.balance("expenses:pools:p:breaches")).toBeGreaterThan(0n);
    await life.tickAt(20);
    expect(await life.buy({ gpus: 56, from: 60, to: 120 })).toBeNull();
  },
);

test("beside maintenance there is room for the owner's demand", async () => {
  const life = await Life.begin();
  life.cluster.demand = 24;
  const window = span(0, 20);
  const note = "";
  const block = { id: "b", pool: "p", kind: "maintenance", window, gpus: gpus(32), note } as const;
  await life.do({ type: "block_gpus", block });
  await life.tickAt(0);
  const whole = { fill: "all-or-none" } as const;
  expect(await life.buy({ gpus: 16, to: 10, terms: whole })).toBe("not_enough_gpus");
  expect(await life.buy({ gpus: 8, to: 10, terms: whole })).toBeNull();
});

test("nothing is sold on what cannot be forecast", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  life.isForecast = false;
  await life.tickAt(10);
  expect(await life.buy({ gpus: 8, from: 12, to: 60 })).toBe("no_supply");
});

test("nothing is sold on a reading that is old", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  life.bench.now = at(29);
  expect(await life.buy({ gpus: 8, from: 40, to: 60 })).toBeNull();
  life.bench.now = at(30);
  expect(await life.buy({ gpus: 8, from: 40, to: 60 })).toBe("no_supply");
  const { sequence } = life.journal.durable;
  await life.do({ type: "advance", now: at(30) });
  expect(life.journal.durable.sequence - sequence).toBeLessThan(2);
  await life.tickAt(31);
  expect(await life.buy({ gpus: 8, from: 40, to: 60 })).toBeNull();
});

test("a process that begins sells nothing before its first reading", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.journal.close();
  life.bench.now = at(3 * 24 * 60);
  const next = await life.bench.open();
  const { refusal } = await next.submit(
    doing({
      type: "place_order",
      order: buyOf({ id: "later", account: "x", from: 4400, to: 4460 }),
      now: life.bench.now,
    }),
  );
  expect(refusal).toBe("no_supply");
});

test("a run that the cluster shows is declared once", async () => {
  const life = await Life.begin();
  const run = { id: "run", name: "big", start: at(60), duration: minutes(60), gpus: gpus(8) };
  life.cluster.declared = [run];
  await life.tickAt(0);
  await life.tickAt(10);
  expect([...life.state.owner.runs.values()]).toEqual([
    { ...run, pool: "p", declared: at(0), source: "cluster" },
  ]);
});

test("the calendar follows the runs that the cluster shows, and forgets what is over", async () => {
  const life = await Life.begin();
  const run = { id: "run", name: "big", start: at(60), duration: minutes(60), gpus: gpus(8) };
  const own = { ...run, id: "own", pool: "p", declared: at(0) };
  const runs = () => [...life.state.owner.runs.values()].map(({ id, start }) => [id, start]);
  await life.do({ type: "declare_run", run: own });
  life.cluster.declared = [run];
  await life.tickAt(0);
  life.cluster.declared = [{ ...run, start: at(90) }];
  await life.tickAt(10);
  expect(runs()).toEqual([
    ["own", at(60)],
    ["run", at(90)],
  ]);
  life.cluster.declared = [];
  await life.tickAt(20);
  expect(runs()).toEqual([["own", at(60)]]);
  await life.tickAt(130);
  expect(runs()).toHaveLength(1);
  await life.tickAt(140);
  expect(runs()).toEqual([]);
});

test("what the owner withholds is not sold", async () => {
  const life = await Life.begin();
  const window = span(30, 90);
  const block = { id: "b", pool: "p", kind: "blackout", window, gpus: null, note: "" } as const;
  await life.do({ type: "block_gpus", block });
  await life.tickAt(0);
  expect(await life.buy({ gpus: 8, to: 40 })).toBe("no_supply");
  expect(await life.buy({ gpus: 8, to: 30 })).toBeNull();
});

test("contracts are metered by the hour and at their end, each instant once", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.buy({ gpus: 8, to: 90 });
  for (const minute of [30, 65, 95, 100]) await life.tickAt(minute);
  const windows = life.cluster.asked.map(({ from, to }) => [from, to]);
  expect(windows[0]?.[0]).toBe(at(0));
  expect(windows.at(-1)?.[1]).toBe(at(90));
  for (const [index, [from]] of windows.entries()) {
    if (index > 0) expect(from).toBe(windows[index - 1]?.[1]);
  }
  const inside = windows.slice(0, -1).every(([, to = 0]) => to % HOUR_MS === 0);
  expect(inside).toBe(true);
  expect(life.state.deals.size).toBe(0);
});

test("what failed to be delivered is not billed, and credited", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.buy({ gpus: 8, to: 60 });
  life.cluster.share = 0.5;
  await life.tickAt(61);
  const credited = life.state.ledger.balance("expenses:pools:p:failures");
  const billed = life.state.ledger.balance("revenues:pools:p:usage");
  expect(billed).toBeGreaterThan(0n);
  expect(credited).toBe(billed);
});

test("a meter that contradicts what was sold is not billed, and somebody is told", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await life.buy({ gpus: 8, to: 60 });
  life.cluster.share = 2;
  await life.tickAt(61);
  expect(life.warnings).toEqual(["meter readings were refused"]);
  expect(life.state.deals.size).toBe(1);
});

test("a service whose journal has stopped stops as well", async () => {
  const life = await Life.begin();
  await life.tickAt(0);
  await expect(life.journal.submit(FAILING)).rejects.toThrow();
  await life.tickAt(10);
  await life.journal.close();
  await expect(life.tickAt(20)).rejects.toMatchObject({ reason: "closed" });
});
