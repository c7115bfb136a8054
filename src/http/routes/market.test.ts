import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
});

test("pools tell what is sold, at which notices and prices", async () => {
  const { status, body } = await world.as(acme, "GET", "/v1/pools");
  expect(status).toBe(200);
  expect(body.data).toHaveLength(1);
  expect(body.data[0]).toMatchObject({
    id: "a100",
    sku: "A100-80G",
    lot_gpus: 8,
    firm_price: "2.00",
    selling: true,
  });
  expect(body.data[0].fabrics.map((fabric: { gpus: number }) => fabric.gpus)).toEqual([256, 256]);
});

test("what the ladder says can be bought, can be bought, and not a lot more", async () => {
  const { body: ladder } = await world.as(acme, "GET", "/v1/ladder/a100");
  const rung = ladder.rungs.find(({ until }: { until: unknown[] }) => until.length > 0);
  const [entry] = rung.until;
  expect(entry.gpus).toBeGreaterThan(0);
  const duration = `${(Date.parse(entry.end) - Date.parse(ladder.start)) / 60_000}m`;
  const order = { sku: "A100-80G", duration, start: ladder.start, notice_at_least: rung.notice };
  const ask = { ...order, gpus: entry.gpus, limit_price: rung.price };
  const quoted = await world.as(acme, "POST", "/v1/quotes", ask);
  expect(quoted.body.offer).toMatchObject({ gpus: entry.gpus, end: entry.end });
  const more = await world.as(acme, "POST", "/v1/quotes", { ...ask, gpus: entry.gpus + 8 });
  expect(more.body).toMatchObject({ offer: null, refusal: "not_enough_gpus" });
  expect((await world.as(acme, "GET", "/v1/ladder/none")).status).toBe(404);
});

test("the book shows hours of offers, and the orders that wait, without names", async () => {
  const standing = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "0.10" };
  const expires = "2026-12-01T00:00:00Z";
  await world.as(acme, "POST", "/v1/orders", { ...standing, expires });
  const { body: book } = await world.as(acme, "GET", "/v1/book/A100-80G?hours=3");
  expect(book.windows).toHaveLength(3);
  expect(book.next_from).toBeNull();
  const [first, , last] = book.windows;
  expect(first.bids).toEqual([{ price: "0.10", notice: "0m", gpus: 16 }]);
  expect(last.bids).toEqual([]);
  expect(first.offered_gpus).toBe(Math.max(...first.asks.map((ask: { gpus: number }) => ask.gpus)));
  expect(JSON.stringify(book)).not.toContain("acme");
  expect((await world.as(acme, "GET", "/v1/book/H100")).status).toBe(404);
  expect((await world.as(acme, "GET", "/v1/book/A100-80G?hours=169")).status).toBe(422);
});

test("a quote is what the order then gets, to the micro-dollar, and its hours sum to its cost", async () => {
  const { body: quote } = await world.as(acme, "POST", "/v1/quotes", {
    sku: "A100-80G",
    gpus: 24,
    duration: "150m",
  });
  expect(quote.refusal).toBeNull();
  const cents = quote.hours.reduce((sum: number, hour: { cost: string }) => {
    return sum + Math.round(Number(hour.cost) * 1_000_000);
  }, 0);
  expect(cents).toBe(Math.round(Number(quote.offer.cost) * 1_000_000));
  const before = (await world.as(acme, "GET", "/v1/fills")).body.data.length;
  const placed = await world.as(acme, "POST", "/v1/orders", quote.offer.order);
  expect(placed.body).toMatchObject({ status: "filled", filled_gpus: 24 });
  const { body: fills } = await world.as(acme, "GET", "/v1/fills?sku=A100-80G");
  expect(fills.data).toHaveLength(before + quote.offer.pieces.length / fabricsPerFill(quote));
  expect(fills.data[0]).toMatchObject({ price: quote.offer.average_price, resale: false });
  expect(JSON.stringify(fills)).not.toContain("acme");
});

/** Pieces of one ask in several fabrics become one contract. */
function fabricsPerFill({ offer }: { offer: { pieces: { fabric: string }[] } }): number {
  return new Set(offer.pieces.map(({ fabric }) => fabric)).size;
}

test("quotes say what stands in the way, and what else is near", async () => {
  const poor = await world.buyer("poor", "1.00");
  const ask = { sku: "A100-80G", gpus: 24, duration: "2h" };
  const quoted = await world.as(poor, "POST", "/v1/quotes", ask);
  expect(quoted.body.offer.gpus).toBe(24);
  expect(quoted.body.refusal).toBe("insufficient_credit");
  const cheap = await world.as(acme, "POST", "/v1/quotes", { ...ask, limit_price: "0.01" });
  expect(cheap.body).toMatchObject({ offer: null, refusal: "no_supply_at_this_price", hours: [] });
  const firm = await world.as(acme, "POST", "/v1/quotes", { ...ask, gpus: 512 });
  expect(firm.body.offer).toBeNull();
  const odd = await world.as(acme, "POST", "/v1/quotes", { ...ask, gpus: 12 });
  expect([odd.status, odd.body.error.code]).toEqual([409, "gpus_not_whole_lots"]);
  const other = await world.as(acme, "POST", "/v1/quotes", { ...ask, account: "poor" });
  expect([other.status, other.body.error.code]).toEqual([403, "account_not_yours"]);
});

test("a cheaper notice is offered beside a longer one", async () => {
  const ask = { sku: "A100-80G", gpus: 8, duration: "1h", notice_at_least: "4h" };
  const { body } = await world.as(acme, "POST", "/v1/quotes", ask);
  expect(body.offer.notice).not.toBe("2m");
  for (const other of body.other_notices) {
    const placed = await world.as(acme, "POST", "/v1/quotes", other.order);
    expect(placed.body.offer).toMatchObject({ notice: other.notice, gpus: other.gpus });
  }
  expect(body.other_notices.length).toBeGreaterThan(0);
});

test("listings are seen without their sellers, and bought like anything else", async () => {
  const order = { sku: "A100-80G", gpus: 32, duration: "3h", limit_price: "2.00" };
  const { body: bought } = await world.as(acme, "POST", "/v1/orders", order);
  const [contract] = bought.contracts;
  const { body: held } = await world.as(acme, "GET", `/v1/orders/${bought.id}`);
  expect(held.contracts).toEqual([contract]);
  const { body: fills } = await world.as(acme, "GET", "/v1/fills?limit=1");
  const { start } = fills.data[0];
  const sell = { side: "sell", contract, sku: order.sku, start, duration: "3h" };
  const part = { ...sell, limit_price: "0.05", expires: "2026-12-01T00:00:00Z" };
  for (const gpus of [8, 16]) {
    const listed = await world.as(acme, "POST", "/v1/orders", { ...part, gpus });
    expect(listed.body.status).toBe("open");
  }
  const first = await world.as(acme, "GET", "/v1/listings?sku=A100-80G&limit=1");
  expect(first.body.data).toHaveLength(1);
  expect(first.body.data[0]).toMatchObject({ price: "0.05", pool: "a100", end: fills.data[0].end });
  const cursor = first.body.next_cursor;
  const second = await world.as(acme, "GET", `/v1/listings?sku=A100-80G&cursor=${cursor}`);
  expect(second.body.data).toHaveLength(1);
  expect(second.body.next_cursor).toBeNull();
  expect(second.body.data[0].id).not.toBe(first.body.data[0].id);
  const seen = JSON.stringify([first.body, second.body]);
  expect(seen).not.toContain("acme");
  expect((await world.as(acme, "GET", "/v1/listings?sku=A100-80G&cursor=x")).status).toBe(422);
  const rival = await world.buyer("rival2", "100.00");
  const want = { sku: order.sku, gpus: 8, duration: "2h", limit_price: "0.05" };
  const { body: quote } = await world.as(rival, "POST", "/v1/quotes", want);
  expect(quote.offer.pieces).toMatchObject([{ resale: true, price: "0.05", pool: "a100" }]);
});
