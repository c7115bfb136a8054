import { expect, test } from "vitest";
import { auctionProblem } from "../exchange/auction-entrants.ts";
import { stateHash } from "../exchange/state.ts";
import { at, minutes, QUARTER, span } from "../recall/recall.test-data.ts";
import { assert, FIRM, gpus, microUsdPerGpuHour } from "../units.ts";
import type { SolveAuction } from "./auction-turn.ts";
import { AuctionClearing, solveHere } from "./auction-turn.ts";
import { Life } from "./service.test-data.ts";
import { solveInWorker } from "./solve-in-worker.ts";

/** An auction of minutes 60 to 120 that is locked at minute 5 and cleared at minute 10, and orders for it. */
async function begun(orders = 1): Promise<Life> {
  const life = await Life.begin();
  await life.tickAt(0);
  const window = span(60, 120);
  const times = { slot: minutes(10), locks: at(5), clears: at(10) };
  const sale = { id: "a", sku: "H100", pool: null, notice: QUARTER, window, ...times };
  await life.do({ type: "open_auction", auction: sale, now: at(0) });
  for (let index = 0; index < orders; index += 1) await place(life, `o${index}`);
  return life;
}

async function place(life: Life, id: string): Promise<void> {
  const order = {
    id,
    account: "x",
    gpus: gpus(8),
    start: { earliest: at(60), latest: at(110) },
    duration: minutes(10),
    limit: microUsdPerGpuHour(1_000_000n),
    fabric: "one",
    fill: "all-or-none",
  } as const;
  const now = life.bench.now;
  await life.do({ type: "place_auction_order", auction: "a", order, now });
}

async function minuteAt(life: Life, minute: number): Promise<void> {
  life.bench.now = at(minute);
  await life.service.minute();
  await life.service.clearing.idle();
}

function clearingOf(life: Life, solve: SolveAuction): AuctionClearing {
  const warn = (sentence: string) => void life.warnings.push(sentence);
  return new AuctionClearing({ journal: life.journal, solve, warn });
}

function phase(life: Life) {
  return life.state.auctions.running.get("a")?.auction.phase;
}

/** Locked and due, and not cleared yet. */
async function due(): Promise<Life> {
  const life = await begun();
  await minuteAt(life, 5);
  life.bench.now = at(10);
  await life.do({ type: "advance", now: at(10) });
  return life;
}

test("the minutes lock an auction and clear it, each in its time", async () => {
  const life = await begun();
  await minuteAt(life, 4);
  expect(phase(life)).toBe("open");
  await minuteAt(life, 5);
  expect(phase(life)).toBe("locked");
  await minuteAt(life, 9);
  expect(phase(life)).toBe("locked");
  await minuteAt(life, 10);
  expect(phase(life)).toBeUndefined();
  expect(life.held(60)).toBe(8);
  expect(life.warnings).toEqual([]);
});

test("an auction that was cleared and one that is open are the same when they are read from the store", async () => {
  const life = await begun(3);
  await minuteAt(life, 5);
  await minuteAt(life, 10);
  const window = span(60, 120);
  const times = { slot: minutes(10), locks: at(15), clears: at(20) };
  const next = { id: "a", sku: "H100", pool: "p", notice: FIRM, window, ...times };
  await life.do({ type: "open_auction", auction: next, now: at(10) });
  await place(life, "next");
  await life.journal.close();
  const reopened = await life.bench.open("another writer");
  expect(stateHash(reopened.durable.state)).toBe(stateHash(life.state));
  expect(reopened.durable.state.auctions.running.get("a")?.sale.notice).toBe(FIRM);
});

test("an auction is solved once at a time, however often the minute comes", async () => {
  const life = await due();
  let solved = 0;
  const clearing = clearingOf(life, (problem) => {
    solved += 1;
    return solveHere(problem);
  });
  clearing.begin();
  clearing.begin();
  await clearing.idle();
  clearing.begin();
  await clearing.idle();
  expect(solved).toBe(1);
});

test("where the GPUs go while it is solved, it is solved again", async () => {
  const life = await due();
  let solved = 0;
  const clearing = clearingOf(life, async (problem) => {
    const outcome = await solveHere(problem);
    solved += 1;
    if (solved === 1) {
      for (const id of ["a", "b"]) {
        expect(await life.buy({ gpus: 32, from: 60, to: 70 }), id).toBeNull();
      }
    }
    return outcome;
  });
  clearing.begin();
  await clearing.idle();
  expect(solved).toBe(2);
  expect([life.held(60), life.held(70)]).toEqual([64, 8]);
  expect(life.warnings).toHaveLength(1);
});

test.each([
  ["is never accepted", (): ReturnType<SolveAuction> => Promise.resolve(nonsense())],
  ["cannot be found", () => Promise.reject(new Error("out of memory"))],
])("an auction of which an outcome %s is called off, and says so", async (_, solve) => {
  const life = await due();
  const clearing = clearingOf(life, solve);
  clearing.begin();
  await clearing.idle();
  expect(phase(life)).toBeUndefined();
  expect(life.held(60)).toBe(0);
  expect(life.state.orderHolds.size).toBe(0);
  expect(life.warnings).toHaveLength(5);
  expect(life.warnings.at(-1)).toContain("called off");
});

function nonsense() {
  const fills = [{ order: "lost", window: span(60, 70), pieces: [] }];
  return { fills, prices: [], worth: 0n as never, bound: 0n as never };
}

test("a thread of its own finds what this one does", async () => {
  const life = await begun(12);
  const problem = auctionProblem(life.state, "a");
  assert(problem !== null, "the auction is open");
  const outcome = await solveInWorker(problem);
  expect(outcome.fills).toHaveLength(12);
  expect(outcome).toEqual(await solveHere(problem));
});
