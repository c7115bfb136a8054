import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import type { World } from "../api.test-data.ts";
import { testWorld } from "../api.test-data.ts";

let world: World;
let acme: string;
let rival: string;

const hours = (count: number): string =>
  new Date(world.context.clock.now() + count * HOUR_MS).toISOString();

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "5000.00");
  rival = await world.buyer("rival", "5000.00");
});

/** Of hours 6 to 12 from now; locked after one hour and cleared after two. */
async function open(changed: object = {}) {
  const times = { start: hours(6), end: hours(12), locks: hours(1), clears: hours(2) };
  const wanted = { sku: "A100-80G", notice: "15m", ...times, ...changed };
  return world.as(world.ownerKey, "POST", "/v1/auctions", wanted);
}

async function passTo(hour: number): Promise<void> {
  await world.pass(durationMs(hour * HOUR_MS));
  await world.context.service.minute();
  await world.context.service.clearing.idle();
}

test("an auction collects orders, locks, and sells by contract what everyone sees the price of", async () => {
  const { body: auction } = await open();
  expect(auction).toMatchObject({ status: "open", pools: ["a100"], slot: "1h", outcome: null });
  const path = `/v1/auctions/${auction.id}`;
  const want = { gpus: 16, start: hours(6), latest_start: hours(9), duration: "2h" };
  const { body: first } = await world.as(acme, "POST", `${path}/orders`, {
    ...want,
    limit_price: "2.00",
  });
  expect(first).toMatchObject({ account: "acme", status: "open", fabric: "any", filled_gpus: 0 });
  const { body: low } = await world.as(rival, "POST", `${path}/orders`, {
    ...want,
    gpus: 800,
    fill: "all-or-none",
    limit_price: "1.00",
  });
  const { body: gone } = await world.as(rival, "POST", `${path}/orders`, {
    ...want,
    limit_price: "2.00",
  });
  const cancelled = await world.as(rival, "DELETE", `${path}/orders/${gone.id}`);
  expect(cancelled.body.status).toBe("cancelled");

  await passTo(1);
  const { body: locked } = await world.as(rival, "GET", path);
  expect([locked.status, locked.outcome]).toEqual(["locked", null]);
  const late = await world.as(rival, "DELETE", `${path}/orders/${low.id}`);
  expect([late.status, late.body.error.code]).toEqual([409, "auction_locked"]);

  await passTo(1);
  const { body: cleared } = await world.as(rival, "GET", path);
  expect(cleared).toMatchObject({ status: "cleared", outcome: { filled_orders: 1 } });
  expect(cleared.outcome.filled_gpu_hours).toMatch(/^32/);
  expect(JSON.stringify(cleared)).not.toContain("acme");
  const { body: filled } = await world.as(acme, "GET", `${path}/orders/${first.id}`);
  expect(filled).toMatchObject({ status: "filled", filled_gpus: 16 });
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${filled.contracts[0]}`);
  expect(contract).toMatchObject({ gpus: 16, notice: "15m", order: first.id });
  const paid = cleared.outcome.prices.flatMap((each: { steps: { price: string }[] }) => each.steps);
  expect(paid.map(({ price }: { price: string }) => price)).toContain(contract.price);
  const { body: own } = await world.as(rival, "GET", `${path}/orders`);
  expect(own.data.map(({ status }: { status: string }) => status)).toEqual([
    "cancelled",
    "unfilled",
  ]);
  const { body: balance } = await world.as(rival, "GET", "/v1/accounts/rival/balance");
  expect(balance.held).toBe("0.00");
});

test("orders are nobody else's, in no other auction, and sent once where they say so", async () => {
  const [{ body: one }, { body: other }] = [await open(), await open()];
  const want = { gpus: 8, start: hours(6), duration: "1h", limit_price: "2.00" };
  const path = `/v1/auctions/${one.id}/orders`;
  const twice = { "Idempotency-Key": "block-1" };
  const { body: order } = await world.as(acme, "POST", path, want, twice);
  const again = await world.as(acme, "POST", path, want, twice);
  expect([again.body, again.headers.get("Idempotency-Replayed")]).toEqual([order, "true"]);
  for (const method of ["GET", "DELETE"]) {
    expect((await world.as(rival, method, `${path}/${order.id}`)).status).toBe(404);
    const elsewhere = `/v1/auctions/${other.id}/orders/${order.id}`;
    expect((await world.as(acme, method, elsewhere)).status).toBe(404);
  }
  expect((await world.as(rival, "GET", path)).body.data).toEqual([]);
  const { body: all } = await world.as(world.ownerKey, "GET", `${path}?status=open`);
  expect(all.data).toEqual([order]);
});

test("the owner alone opens auctions and calls them off, and then nothing is held", async () => {
  const { body: auction } = await open({ pool: "a100", slot: "30m" });
  const path = `/v1/auctions/${auction.id}`;
  const want = { gpus: 8, start: hours(6), duration: "90m", limit_price: "2.00" };
  const { body: order } = await world.as(rival, "POST", `${path}/orders`, want);
  const { body: before } = await world.as(rival, "GET", "/v1/accounts/rival/balance");
  expect(before.held).toBe("24.00");
  expect((await world.as(rival, "POST", `${path}/call_off`)).status).toBe(403);
  expect((await world.as(rival, "POST", "/v1/auctions", {})).status).toBe(422);
  const { body: over } = await world.as(world.ownerKey, "POST", `${path}/call_off`);
  expect(over).toMatchObject({ status: "called_off", outcome: null });
  const { body: left } = await world.as(rival, "GET", `${path}/orders/${order.id}`);
  expect(left.status).toBe("called_off");
  expect((await world.as(rival, "GET", "/v1/accounts/rival/balance")).body.held).toBe("0.00");
  const late = await world.as(rival, "POST", `${path}/orders`, want);
  expect([late.status, late.body.error.code]).toEqual([404, "auction_unknown"]);
  const { body: list } = await world.as(rival, "GET", "/v1/auctions?status=called_off");
  expect(list.data).toEqual([over]);
});

test("what cannot be auctioned or ordered says why", async () => {
  const code = async (changed: object): Promise<string> => (await open(changed)).body.error.code;
  expect(await code({ sku: "none" })).toBe("sku_unknown");
  expect(await code({ pool: "none" })).toBe("pool_unknown");
  expect(await code({ notice: "7m" })).toBe("notice_not_offered");
  expect(await code({ slot: "7m" })).toBe("window_not_whole_slots");
  expect(await code({ locks: hours(3) })).toBe("auction_times_reversed");
  expect(await code({ locks: hours(-1) })).toBe("auction_locks_in_the_past");
  expect(await code({ slot: "1m", end: hours(6 + 34) })).toBe("auction_too_long");
  const { body: auction } = await open();
  const want = { gpus: 8, start: hours(6), duration: "1h", limit_price: "2.00" };
  const ordered = async (changed: object): Promise<string> =>
    (await world.as(acme, "POST", `/v1/auctions/${auction.id}/orders`, { ...want, ...changed }))
      .body.error.code;
  expect(await ordered({ duration: "30m" })).toBe("time_not_on_grid");
  expect(await ordered({ duration: "7h" })).toBe("outside_auction");
  expect(await ordered({ gpus: 9 })).toBe("gpus_not_whole_lots");
  expect(await ordered({ limit_price: "100000.00" })).toBe("insufficient_credit");
  expect(await ordered({ account: "rival" })).toBe("account_not_yours");
  expect(await ordered({ gpus: 10_000_000, limit_price: "9000000000.00" })).toBe("order_too_large");
});
