import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { Chapter } from "../journal/narrator.ts";
import type { Viewer, WebhookEndpoint } from "../ports.ts";
import { memoryWebhooks } from "../store/memory-webhooks.ts";
import { durationMs, epochMs, HOUR_MS, later } from "../units.ts";
import type { EventType } from "../views/event-types.ts";
import type { Notification } from "../views/notification.ts";
import type { CourierPorts } from "./courier.ts";
import { Courier } from "./courier.ts";
import type { Posted } from "./post.ts";
import { newSecret, signed } from "./sign.ts";

const ACME: Viewer = { account: "acme", sees: "own" };
const SECRET = newSecret();

function told(id: string, account: string | null, type: EventType = "order.placed"): Notification {
  return { id, type, time: "2026-12-01T00:00:00Z", account, data: {} };
}

function world(endpoint: Partial<WebhookEndpoint> = {}) {
  const webhooks = memoryWebhooks();
  const journal: Notification[] = [];
  const sent: { readonly id: string; readonly body: string }[] = [];
  const warned: string[] = [];
  const clock = { time: epochMs(1_900_000_000_000), now: () => clock.time };
  const answer: { posted: Posted; takes: number } = {
    posted: { status: 204, error: null },
    takes: 0,
  };
  const after = async (sequence: number, limit: number): Promise<Chapter | null> => {
    const page = journal.filter(({ id }) => Number.parseInt(id, 10) > sequence).slice(0, limit);
    const last = page.at(-1);
    if (last === undefined) return null;
    return { notifications: page, last: Number.parseInt(last.id, 10) };
  };
  const courier = new Courier({
    webhooks,
    after,
    post: async (_, body, headers) => {
      new Webhook(SECRET).verify(body, headers);
      sent.push({ id: headers["webhook-id"] ?? "", body });
      clock.time = later(clock.time, durationMs(answer.takes));
      return answer.posted;
    },
    clock: { now: () => clock.now() },
    warn: (sentence) => warned.push(sentence),
  });
  const add = () =>
    webhooks.add(
      {
        id: "a",
        account: "acme",
        url: "https://acme.example/",
        types: null,
        created: clock.now(),
        cursor: 0,
        status: "active",
        failures: 0,
        retryAt: epochMs(0),
        ...endpoint,
      },
      { secret: SECRET, previous: null },
    );
  return { webhooks, journal, sent, warned, clock, answer, courier, add };
}

async function round(courier: Courier): Promise<void> {
  await courier.begin();
  await courier.settled();
}

// The library compares a signature's time with the clock outside.
const realNow = Date.now;

test("an endpoint is told, in order and once, of what its account may hear", async () => {
  const { journal, sent, courier, add, webhooks, clock } = world();
  Date.now = () => clock.now();
  try {
    await add();
    journal.push(told("1.0", "acme"), told("1.1", null), told("2.0", "rival"), told("3.0", "acme"));
    await round(courier);
    await round(courier);
    expect(sent.map(({ id }) => id)).toEqual(["evt_1.0", "evt_1.1", "evt_3.0"]);
    expect(JSON.parse(sent[0]?.body ?? "")).toEqual(journal[0]);
    expect(await webhooks.get(ACME, "a")).toMatchObject({ cursor: 3, failures: 0 });
    expect(await webhooks.deliveries(ACME, "a", 9)).toHaveLength(3);
  } finally {
    Date.now = realNow;
  }
});

test("what is not taken is tried again later, then given up for all to see, and replayed", async () => {
  const { journal, sent, warned, courier, add, webhooks, clock, answer } = world();
  Date.now = () => clock.now();
  try {
    await add();
    journal.push(told("1.0", "acme"), told("2.0", "acme"));
    answer.posted = { status: 503, error: "It answered 503." };
    await round(courier);
    await round(courier);
    expect(sent.map(({ id }) => id)).toEqual(["evt_1.0"]);
    const [first] = await webhooks.deliveries(ACME, "a", 1);
    expect(first).toMatchObject({ attempt: 1, status: 503, error: "It answered 503." });
    for (let i = 0; i < 20; i++) {
      clock.time = later(clock.time, durationMs(6 * HOUR_MS));
      await round(courier);
    }
    expect(sent).toHaveLength(12);
    expect(await webhooks.get(ACME, "a")).toMatchObject({ status: "given_up", cursor: 0 });
    expect(warned).toEqual(["a webhook is given up"]);
    answer.posted = { status: 200, error: null };
    const back = { cursor: 0, status: "active", failures: 0, retryAt: epochMs(0) } as const;
    await webhooks.move("a", null, back);
    await round(courier);
    expect(sent.slice(12).map(({ id }) => id)).toEqual(["evt_1.0", "evt_2.0"]);
  } finally {
    Date.now = realNow;
  }
});

test("types are respected, the owner hears all, and a slow endpoint gives way", async () => {
  const { journal, sent, courier, add, answer, clock, webhooks } = world({
    account: "owner",
    types: ["recall.noticed"],
  });
  Date.now = () => clock.now();
  try {
    await add();
    for (let i = 1; i <= 5; i++) journal.push(told(`${i}.0`, "acme", "recall.noticed"));
    journal.push(told("6.0", "acme"));
    answer.takes = 9_000;
    await round(courier);
    expect(sent).toHaveLength(2);
    expect(await webhooks.get({ account: "owner", sees: "all" }, "a")).toMatchObject({ cursor: 2 });
    await round(courier);
    await round(courier);
    expect(sent.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((i) => `evt_${i}.0`));
  } finally {
    Date.now = realNow;
  }
});

test("after a rotation either secret verifies, and the old one only for a while", () => {
  const now = epochMs(Math.floor(Date.now() / 1000) * 1000);
  const [fresh, old] = [newSecret(), newSecret()];
  const previous = { secret: old, until: later(now, HOUR_MS) };
  const both = signed({ secret: fresh, previous }, "evt_1", "{}", now);
  for (const secret of [fresh, old]) {
    expect(new Webhook(secret).verify("{}", both)).toEqual({});
  }
  const one = signed({ secret: fresh, previous: { ...previous, until: now } }, "evt_1", "{}", now);
  expect(() => new Webhook(old).verify("{}", one)).toThrow("No matching signature");
});

/** Endpoints of two accounts at one courier, which posts as it is told to. */
async function crowd(post: CourierPorts["post"], slow: number) {
  const webhooks = memoryWebhooks();
  const names = Array.from({ length: slow }, (_, index) => ({ id: `a${index}`, account: "acme" }));
  for (const { id, account } of [...names, { id: "z", account: "rival" }]) {
    const url = `https://${id}.example/`;
    const fresh = { cursor: 0, status: "active", failures: 0, retryAt: epochMs(0) } as const;
    const endpoint = { id, account, url, types: null, created: epochMs(1), ...fresh };
    await webhooks.add(endpoint, { secret: SECRET, previous: null });
  }
  const journal = Array.from({ length: 5_000 }, (_, index) => told(`${index + 1}.0`, "nobody"));
  journal.push(told("5001.0", null));
  const after = async (sequence: number, limit: number): Promise<Chapter | null> => {
    const page = journal.slice(sequence, sequence + limit);
    return page.length === 0 ? null : { notifications: page, last: sequence + page.length };
  };
  const clock = { now: () => epochMs(Date.now()) };
  return {
    webhooks,
    courier: new Courier({ webhooks, after, post, clock, warn: () => undefined }),
  };
}

/** Never answers, until it is broken off. */
const silence = (signal: AbortSignal) =>
  new Promise<Posted>((resolve) => {
    const broken = { status: null, error: "It could not be reached." };
    signal.addEventListener("abort", () => resolve(broken));
  });

test("one account's slow endpoints keep back no other's, nor do events for others", async () => {
  const called: string[] = [];
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { webhooks, courier } = await crowd(async (address, _, __, signal) => {
    called.push(address);
    if (address !== "https://z.example/") return silence(signal);
    arrive();
    return { status: 204, error: null };
  }, 600);
  await courier.begin();
  await arrived;
  expect(called.filter((address) => address.startsWith("https://a"))).toHaveLength(4);
  await courier.stop();
  expect(called).toHaveLength(5);
  // What was broken off is neither taken nor failed.
  const broken = { failures: 0, cursor: 5_000, status: "active" };
  expect(await webhooks.get(ACME, "a0")).toMatchObject(broken);
  expect(await webhooks.deliveries(ACME, "a0", 9)).toEqual([]);
});

test("all endpoints of an account have their turn, one after the other", async () => {
  const called: string[] = [];
  const { courier } = await crowd(async (address) => {
    called.push(address);
    return { status: 204, error: null };
  }, 40);
  await round(courier);
  expect(new Set(called).size).toBe(41);
  expect(called).toHaveLength(41);
});
