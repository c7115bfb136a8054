import { beforeAll, expect, test } from "vitest";
import { ceilTo, durationMs, earlier, HOUR_MS, later, MINUTE_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;
let rival: string;

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  rival = await world.buyer("rival", "1000.00");
});

test("a rental runs until it is stopped, and through its notice", async () => {
  const wanted = { sku: "A100-80G", gpus: 8, max_price: "2.00", budget: "100.00" };
  const key = { "Idempotency-Key": "r1" };
  const { body: rental } = await world.as(acme, "POST", "/v1/rentals", wanted, key);
  expect(rental).toMatchObject({ account: "acme", status: "running", why: null, gpus: 8 });
  const repeated = await world.as(acme, "POST", "/v1/rentals", wanted, key);
  expect(repeated.body).toEqual(rental);
  const path = `/v1/rentals/${rental.id}`;
  expect((await world.as(rival, "GET", path)).status).toBe(404);
  expect((await world.as(rival, "POST", `${path}/stop`)).status).toBe(404);
  const [contract] = rental.contracts;
  const cancelled = await world.as(acme, "POST", `/v1/contracts/${contract}/cancel`);
  expect(cancelled.body.error.code).toBe("contract_rented");
  const { body: stopped } = await world.as(acme, "POST", `${path}/stop`);
  expect(stopped).toMatchObject({ status: "ending", why: "stopped", until: rental.until });
  const again = await world.as(acme, "POST", `${path}/stop`);
  expect([again.status, again.body.error.code]).toEqual([409, "rental_already_ending"]);
  await world.pass(durationMs(HOUR_MS));
  await world.context.service.minute();
  expect((await world.as(acme, "GET", path)).body.status).toBe("ended");
  const listed = await world.as(acme, "GET", "/v1/rentals?status=ended");
  expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual([rental.id]);
});

test("a rental goes on as its document says", async () => {
  const wanted = { sku: "A100-80G", gpus: 8, max_price: "2.00" };
  const { body: rental } = await world.as(acme, "POST", "/v1/rentals", wanted);
  await world.context.service.minute();
  const { state } = world.context.journal.durable;
  const { body: shown } = await world.as(acme, "GET", `/v1/rentals/${rental.id}`);
  const known = state.rental.rentals.get(rental.id);
  expect(Date.parse(shown.until)).toBe(known?.until);
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${known?.contract}`);
  expect(Date.parse(contract.end)).toBe(known?.until);
});

test("a rental that cannot be had says why", async () => {
  const wanted = { sku: "A100-80G", gpus: 8, max_price: "2.00" };
  const asked = async (changes: object): Promise<string> =>
    (await world.as(acme, "POST", "/v1/rentals", { ...wanted, ...changes })).body.error.code;
  expect(await asked({ notice_at_least: "firm" })).toBe("notice_not_rentable");
  expect(await asked({ budget: "0.01" })).toBe("budget_too_small");
  expect(await asked({ max_price: "0.01" })).toBe("no_supply_at_this_price");
  expect(await asked({ account: "rival" })).toBe("account_not_yours");
  expect(await asked({ budget: "-1" })).toBe("request_not_valid");
});

/** Intervals of five minutes are cleared when the notice of two can be kept for a minute yet. */
async function clearNextInterval(): Promise<void> {
  const interval = durationMs(5 * MINUTE_MS);
  await world.context.journal.submit((desk) => {
    const next = ceilTo(later(desk.state.market.now, durationMs(3 * MINUTE_MS)), interval);
    const now = earlier(next, durationMs(2.5 * MINUTE_MS));
    return (
      desk.do({ type: "advance", now }) ??
      desk.do({ type: "clear_spot", pool: "a100", interval, now })
    );
  });
}

test("a spot bid stands until it is withdrawn, and is nobody else's", async () => {
  const wanted = { pool: "a100", gpus: 8, limit_price: "1.50" };
  const { body: bid } = await world.as(acme, "POST", "/v1/spot/bids", wanted);
  expect(bid).toMatchObject({ status: "standing", limit_price: "1.50", contract: null });
  const path = `/v1/spot/bids/${bid.id}`;
  expect((await world.as(rival, "GET", path)).status).toBe(404);
  expect((await world.as(rival, "DELETE", path)).status).toBe(404);
  await clearNextInterval();
  const { body: prices } = await world.as(rival, "GET", "/v1/spot/prices?pool=a100");
  expect(prices.data).toMatchObject([{ pool: "a100", winners: 1 }]);
  const { body: won } = await world.as(acme, "GET", path);
  expect(won).toMatchObject({ lost: null, until: prices.data[0].end });
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${won.contract}`);
  expect(contract).toMatchObject({ price: prices.data[0].price, gpus: 8 });
  const { body: withdrawn } = await world.as(acme, "DELETE", path);
  expect(withdrawn.status).toBe("withdrawn");
  expect((await world.as(acme, "DELETE", path)).body.error.code).toBe("bid_unknown");
  for (const each of prices.data) {
    expect(Object.keys(each)).not.toContain("account");
    expect(Number(each.price)).toBeGreaterThanOrEqual(Number(each.reserve));
  }
  const none = await world.as(acme, "POST", "/v1/spot/bids", { ...wanted, pool: "none" });
  expect([none.status, none.body.error.code]).toEqual([404, "pool_unknown"]);
});

test("slices of a shelf are rented at its price, and it tells how it fares", async () => {
  const order = { sku: "A100-80G", gpus: 32, duration: "6h", limit_price: "2.00" };
  const { body: bought } = await world.as(acme, "POST", "/v1/orders", order);
  const [contract] = bought.contracts;
  const durations = { shortest_duration: "1h", longest_duration: "3h", least_gpus: 8 };
  const wanted = { contract, price: "5.00", ...durations };
  expect((await world.as(rival, "POST", "/v1/shelves", wanted)).status).toBe(404);
  const { body: shelf } = await world.as(acme, "POST", "/v1/shelves", wanted);
  expect(shelf).toMatchObject({ account: "acme", status: "open", income: "0.00" });
  const offers = await world.as(rival, "GET", "/v1/shelf_offers?sku=A100-80G");
  expect(offers.body.data).toMatchObject([{ id: shelf.id, price: "5.00", gpus_now: 32 }]);
  expect(JSON.stringify(offers.body)).not.toContain("acme");

  const slices = `/v1/shelf_offers/${shelf.id}/slices`;
  const want = { gpus: 16, duration: "2h", limit_price: "5.00" };
  const { body: slice } = await world.as(rival, "POST", slices, want);
  expect(slice).toMatchObject({ account: "rival", gpus: 16, price: "5.00", status: "active" });
  const code = async (key: string, changes: object): Promise<string> =>
    (await world.as(key, "POST", slices, { ...want, ...changes })).body.error.code;
  expect(await code(acme, {})).toBe("own_shelf");
  expect(await code(rival, { duration: "4h" })).toBe("slice_too_long");
  expect(await code(rival, { limit_price: "4.00" })).toBe("no_supply_at_this_price");
  expect(await code(rival, { gpus: 32, duration: "1h" })).toBe("not_enough_gpus");

  const path = `/v1/shelves/${shelf.id}`;
  expect((await world.as(rival, "GET", path)).status).toBe(404);
  const { body: figures } = await world.as(acme, "GET", `${path}/figures`);
  // 16 GPUs × 2 h × 5 $, of which the market keeps 2 %.
  expect(figures).toMatchObject({ income: "160.00", fees: "3.20" });
  expect(figures.utilisation).toBeCloseTo(32 / (32 * 6), 5);
  const { body: closed } = await world.as(acme, "POST", `${path}/close`);
  expect(closed).toMatchObject({ status: "closed", income: "160.00", sold_gpu_hours: "32" });
  const { body: after } = await world.as(acme, "GET", `${path}/figures`);
  expect(after).toMatchObject({ margin: figures.margin, utilisation: figures.utilisation });
  expect(await code(rival, {})).toBe("shelf_unknown");
});
