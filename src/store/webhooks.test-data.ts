/** What every store keeps to about webhooks: part of the stores' contract. */
import { describe, expect, test } from "vitest";
import type { Store, Viewer, WebhookDelivery, WebhookEndpoint } from "../ports.ts";
import { epochMs } from "../units.ts";

const STAFF: Viewer = { account: "owner", sees: "all" };
const ACME: Viewer = { account: "acme", sees: "own" };
const BRAVO: Viewer = { account: "bravo", sees: "own" };
const AT = epochMs(1_900_000_000_000);
const SECRETS = { secret: "whsec_first", previous: null };

export function endpointOf(id: string, rest: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    id,
    account: "acme",
    url: "https://acme.example/hooks",
    types: null,
    created: AT,
    cursor: 7,
    status: "active",
    failures: 0,
    retryAt: epochMs(0),
    ...rest,
  };
}

function deliveryOf(attempt: number, rest: Partial<WebhookDelivery> = {}): WebhookDelivery {
  const event = { event: "8.0", type: "recall.noticed", at: epochMs(AT + attempt), attempt };
  return { ...event, status: 500, error: "answered 500", tookMs: 12, ...rest };
}

export function webhookContract(storeOf: () => Store): void {
  describe("of webhooks", () => {
    test("shows an account its own endpoints, and everyone's to the owner's staff", async () => {
      const { webhooks } = storeOf();
      const mine = endpointOf("a", { types: ["order.placed", "recall.noticed"] });
      const theirs = endpointOf("b", { account: "bravo" });
      expect(await webhooks.add(theirs, SECRETS)).toBe(true);
      expect(await webhooks.add(mine, SECRETS)).toBe(true);
      expect(await webhooks.list(ACME)).toEqual([mine]);
      expect(await webhooks.list(STAFF)).toEqual([mine, theirs]);
      expect(await webhooks.get(ACME, "a")).toEqual(mine);
      expect(await webhooks.get(BRAVO, "a")).toBeNull();
      expect(await webhooks.get(STAFF, "c")).toBeNull();
      expect(JSON.stringify(await webhooks.list(STAFF))).not.toContain("whsec_");
    });

    test("adds an endpoint once", async () => {
      const { webhooks } = storeOf();
      await webhooks.add(endpointOf("a"), SECRETS);
      const other = endpointOf("a", { url: "https://elsewhere.example" });
      expect(await webhooks.add(other, { secret: "whsec_other", previous: null })).toBe(false);
      expect(await webhooks.get(ACME, "a")).toEqual(endpointOf("a"));
      expect(await webhooks.secrets("a")).toEqual(SECRETS);
    });

    test("keeps secrets apart, and the one before for a while", async () => {
      const { webhooks } = storeOf();
      await webhooks.add(endpointOf("a"), SECRETS);
      const rotated = { secret: "whsec_second", previous: { secret: "whsec_first", until: AT } };
      await webhooks.setSecrets("a", rotated);
      expect(await webhooks.secrets("a")).toEqual(rotated);
      await webhooks.setSecrets("a", { secret: "whsec_third", previous: null });
      expect(await webhooks.secrets("a")).toEqual({ secret: "whsec_third", previous: null });
      expect(await webhooks.secrets("b")).toBeNull();
    });

    test("moves an endpoint on only from where it was seen", async () => {
      const { webhooks } = storeOf();
      await webhooks.add(endpointOf("a"), SECRETS);
      const failed = { cursor: 9, status: "given_up", failures: 3, retryAt: AT } as const;
      await webhooks.move("a", 8, failed);
      expect(await webhooks.get(ACME, "a")).toEqual(endpointOf("a"));
      await webhooks.move("a", 7, failed);
      expect(await webhooks.get(ACME, "a")).toEqual(endpointOf("a", failed));
      const back = { cursor: 2, status: "active", failures: 0, retryAt: epochMs(0) } as const;
      await webhooks.move("a", null, back);
      expect(await webhooks.get(ACME, "a")).toEqual(endpointOf("a", back));
    });

    test("logs what was sent, newest first, to those who see the endpoint, and forgets the oldest", async () => {
      const { webhooks } = storeOf();
      await webhooks.add(endpointOf("a"), SECRETS);
      await webhooks.log("a", deliveryOf(1));
      await webhooks.log("a", deliveryOf(2, { status: null, error: "no answer" }));
      await webhooks.log("a", deliveryOf(3, { status: 204, error: null }));
      await webhooks.log("gone", deliveryOf(1));
      const found = await webhooks.deliveries(ACME, "a", 2);
      expect(found).toEqual([
        deliveryOf(3, { status: 204, error: null }),
        deliveryOf(2, { status: null, error: "no answer" }),
      ]);
      expect(await webhooks.deliveries(BRAVO, "a", 2)).toEqual([]);
      for (let i = 4; i <= 1002; i++) await webhooks.log("a", deliveryOf(i));
      const kept = await webhooks.deliveries(STAFF, "a", 5000);
      expect([kept.length, kept.at(-1)?.attempt]).toEqual([1000, 3]);
    });

    test("forgets an endpoint with all that is its own", async () => {
      const { webhooks } = storeOf();
      await webhooks.add(endpointOf("a"), SECRETS);
      await webhooks.log("a", deliveryOf(1));
      await webhooks.remove("a");
      expect(await webhooks.get(STAFF, "a")).toBeNull();
      expect(await webhooks.secrets("a")).toBeNull();
      expect(await webhooks.deliveries(STAFF, "a", 10)).toEqual([]);
    });
  });
}
