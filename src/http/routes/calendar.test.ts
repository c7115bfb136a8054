import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;
let reader: string;

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  const wanted = { name: "calendar", scopes: ["account:read"] };
  reader = (await world.as(acme, "POST", "/v1/keys", wanted)).body.secret;
});

async function feed(query: string): Promise<{ status: number; type: string; lines: string[] }> {
  const response = await world.api.request(`/v1/calendar.ics${query}`);
  const text = await response.text();
  // Long lines are folded: a line that begins with a space goes on with the one before.
  const lines = text.replaceAll("\r\n ", "").split("\r\n");
  return { status: response.status, type: response.headers.get("Content-Type") ?? "", lines };
}

function compact(time: string): string {
  return time.replaceAll(/[-:]/g, "");
}

test("the feed has the account's contracts and notices, in UTC", async () => {
  const order = { sku: "A100-80G", gpus: 16, duration: "3h", limit_price: "2.00" };
  const wanted = { ...order, notice_at_least: "15m" };
  const { body: bought } = await world.as(acme, "POST", "/v1/orders", wanted);
  const [id] = bought.contracts;
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  await world.as(acme, "POST", `/v1/contracts/${id}/recall_drill`);
  const rival = await world.buyer("rival", "1000.00");
  await world.as(rival, "POST", "/v1/orders", order);
  const { status, type, lines } = await feed(`?token=${reader}`);
  expect([status, type]).toEqual([200, "text/calendar; charset=utf-8"]);
  expect(lines.filter((line) => line === "BEGIN:VEVENT")).toHaveLength(2);
  expect(lines).toContain(`UID:${id}@spillway`);
  expect(lines).toContain(`DTSTART:${compact(contract.start)}`);
  expect(lines).toContain(`DTEND:${compact(contract.end)}`);
  expect(lines.some((line) => line.startsWith("SUMMARY:Drill: recall of 16 GPUs"))).toBe(true);
  expect(lines.join("\n")).not.toMatch(/VTIMEZONE|TZID|rival/);
});

test("a contract that was given up before it began is cancelled", async () => {
  const order = { sku: "A100-80G", gpus: 8, duration: "2h", limit_price: "2.00" };
  const later = { ...order, start: "2026-11-02T08:00:00Z" };
  const { body } = await world.as(acme, "POST", "/v1/orders", later);
  await world.as(acme, "POST", `/v1/contracts/${body.contracts[0]}/cancel`);
  const { lines } = await feed(`?token=${reader}`);
  expect(lines).toContain("STATUS:CANCELLED");
});

test("in an address only a key that reads is accepted, and there alone", async () => {
  expect((await feed(`?token=${acme}`)).status).toBe(403);
  expect((await feed("?token=spw_wrong")).status).toBe(401);
  expect((await feed("")).status).toBe(401);
  expect((await world.as(acme, "GET", "/v1/calendar.ics")).status).toBe(200);
  const elsewhere = await world.api.request(`/v1/orders?token=${reader}`);
  expect(elsewhere.status).toBe(401);
});
