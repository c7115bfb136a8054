import { EventSourceParserStream } from "eventsource-parser/stream";
import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";
import { isEventType } from "../../views/event-types.ts";

let world: World;
let acme: string;
let rival: string;

const ORDER = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "2.00" };

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  rival = await world.buyer("rival", "1000.00");
});

interface Told {
  readonly id: string;
  readonly type: string;
  readonly account: string | null;
  // Tests look at whatever they expect to be there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

async function all(key: string, query = ""): Promise<Told[]> {
  const found: Told[] = [];
  for (let after = "0", more = true; more;) {
    const path = `/v1/events/list?limit=500&after=${after}${query}`;
    const { body } = await world.as(key, "GET", path);
    found.push(...body.data);
    after = body.next_after;
    more = body.more;
  }
  return found;
}

async function follow(key: string, query = "", headers: Record<string, string> = {}) {
  const closing = new AbortController();
  const response = await world.api.request(`/v1/events${query}`, {
    headers: { Authorization: `Bearer ${key}`, ...headers },
    signal: closing.signal,
  });
  const body = response.body;
  if (body === null) throw new Error("a stream has a body");
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const next = async (): Promise<Told> => {
    const { value, done } = await reader.read();
    if (done) throw new Error("the stream is over");
    return JSON.parse(value.data) as Told;
  };
  return { status: response.status, next, close: () => reader.cancel() };
}

test("each is told of its own, everyone of the market, and the owner of all", async () => {
  const { body: order } = await world.as(acme, "POST", "/v1/orders", ORDER);
  const theirs = await all(acme);
  const sold = theirs.filter(({ type }) => type === "contract.sold");
  expect(sold.at(-1)).toMatchObject({ account: "acme", data: { order: order.id, gpus: 16 } });
  const others = await all(rival);
  expect(others.filter(({ account }) => account !== null && account !== "rival")).toEqual([]);
  expect(others.some(({ type }) => type === "market.traded")).toBe(true);
  expect(JSON.stringify(others)).not.toMatch(/acme|ord_/);
  const owners = await all(world.ownerKey);
  expect(owners.map(({ id }) => id)).toEqual(expect.arrayContaining(theirs.map(({ id }) => id)));
  expect(new Set(owners.map(({ id }) => id)).size).toBe(owners.length);
});

test("a list goes on where it ended, by types", async () => {
  const everything = await all(acme);
  const pages: Told[] = [];
  for (let after = "0", more = true; more;) {
    const { body } = await world.as(acme, "GET", `/v1/events/list?limit=3&after=${after}`);
    pages.push(...body.data);
    after = body.next_after;
    more = body.more;
  }
  expect(pages).toEqual(everything);
  const only = await all(acme, "&types=order.placed");
  expect(only).toEqual(everything.filter(({ type }) => type === "order.placed"));
  const bad = await world.as(acme, "GET", "/v1/events/list?after=yesterday");
  expect([bad.status, bad.body.error.code]).toEqual([422, "event_id_not_valid"]);
});

test("whoever has seen more than there is here is told so", async () => {
  const { status, body } = await world.as(acme, "GET", "/v1/events/list?after=999999999");
  expect([status, body.error.code]).toEqual([422, "event_id_ahead"]);
  const stream = await world.as(acme, "GET", "/v1/events?after=999999999");
  expect([stream.status, stream.body.error.code]).toEqual([422, "event_id_ahead"]);
  const misspelt = await world.as(acme, "GET", "/v1/events/list?afer=1");
  expect([misspelt.status, misspelt.body.error.details.faults]).toMatchObject([422, [{}]]);
});

test("a type that nothing is told of is refused, and every other is described", async () => {
  for (const path of ["/v1/events/list", "/v1/events"]) {
    const { status, body } = await world.as(
      acme,
      "GET",
      `${path}?types=contract.sold,contract.sould`,
    );
    expect([status, JSON.stringify(body)]).toEqual([
      422,
      expect.stringContaining("contract.sould"),
    ]);
  }
  const told = await all(world.ownerKey);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter(({ type }) => !isEventType(type))).toEqual([]);
});

test("a stream tells what comes, and goes on where it broke off", async () => {
  const stream = await follow(acme, "?types=contract.sold,order.placed");
  expect(stream.status).toBe(200);
  await world.as(acme, "POST", "/v1/orders", ORDER);
  const placed = await stream.next();
  expect(placed.type).toBe("order.placed");
  await stream.close();
  await world.as(acme, "POST", "/v1/orders", ORDER);
  const again = await follow(acme, "?types=contract.sold,order.placed", {
    "Last-Event-ID": placed.id,
  });
  const types = [await again.next(), await again.next(), await again.next()];
  expect(types.map(({ type }) => type)).toEqual(["contract.sold", "order.placed", "contract.sold"]);
  await again.close();
});

test("a stream says where it is before it tells anything", async () => {
  const first = async (query: string): Promise<string> => {
    const response = await world.api.request(`/v1/events${query}`, {
      headers: { Authorization: `Bearer ${acme}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = (await reader?.read()) ?? {};
    await reader?.cancel();
    return value;
  };
  expect(await first("?after=3.1")).toContain("\nid: 3.1\n");
  expect(await first("")).toContain(`\nid: ${world.context.journal.durable.sequence}\n`);
});

test("a recall and a drill are told the same way to the holder", async () => {
  const wanted = { ...ORDER, notice_at_least: "15m", duration: "3h" };
  const { body: order } = await world.as(acme, "POST", "/v1/orders", wanted);
  const [contract] = order.contracts;
  await world.as(acme, "POST", `/v1/contracts/${contract}/recall_drill`);
  const wish = { pool: "a100", gpus: 8 };
  const { body: given } = await world.as(world.ownerKey, "POST", "/v1/recalls", wish);
  const [recall] = given.data;
  const noticed = (await all(acme, "&types=recall.noticed")).map(({ data }) => data);
  expect(noticed).toMatchObject([
    { contract, gpus: 16, drill: true },
    { recall: recall.id, gpus: 8, drill: false },
  ]);
  await world.as(world.ownerKey, "POST", `/v1/recalls/${recall.id}/withdraw`);
  const [withdrawn] = await all(acme, "&types=recall.withdrawn");
  expect(withdrawn?.data).toMatchObject({ recall: recall.id, contract: noticed[1].contract });
  expect(await all(rival, "&types=recall.noticed,recall.withdrawn")).toEqual([]);
});

test("so many streams an account, and one that is closed makes room", async () => {
  const streams = [];
  for (let i = 0; i < 16; i++) streams.push(await follow(rival));
  const more = await world.as(rival, "GET", "/v1/events");
  expect([more.status, more.body.error.code]).toEqual([429, "too_many_streams"]);
  await Promise.all(streams.map((stream) => stream.close()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const after = await follow(rival);
  expect(after.status).toBe(200);
  await after.close();
});

test("a stream ends with its key", async () => {
  const guest = await world.buyer("guest", "10.00");
  const stream = await follow(guest, "?types=auction.opened");
  await world.as(guest, "DELETE", "/v1/keys/key_guest");
  await expect(stream.next()).rejects.toThrow("the stream is over");
});
