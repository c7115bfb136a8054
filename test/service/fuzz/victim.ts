import type { Cast } from "./cast.ts";
import { CANARY, VICTIM } from "./cast.ts";
import { DAY_MS, durationMs, epochMs, HOUR_MS } from "../../../src/units.ts";
import { formatTime } from "../../../src/wire/time.ts";

/** What the victim has. */
export interface Belongings {
  /** Ids by the part of the address under which they stand: `orders`, `contracts`, … */
  readonly ids: ReadonlyMap<string, string>;
  /** What is for sale has a name that everyone sees. */
  readonly offered: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** Gives the victim one of everything, with the canary in each text of it. @throws where the market refuses one */
export async function enrich(cast: Cast): Promise<Belongings> {
  const send = (path: string, body?: Body): Promise<Body> =>
    cast.asVictim(() => post(cast, cast.victim.key, path, body));
  const asOwner = (path: string, body?: Body): Promise<Body> =>
    cast.asVictim(() => post(cast, cast.world.ownerKey, path, body));
  const later = formatTime(epochMs(cast.world.context.clock.now() + DAY_MS));
  const bought = await send("/v1/orders", { ...LONG, gpus: 16, limit_price: "9.00" });
  const contract = contractOf(bought);
  const shelved = contractOf(await send("/v1/orders", { ...LONG, limit_price: "9.00" }));
  await send(`/v1/contracts/${contract}/checkpoint`, { uri: `s3://${CANARY}/1` });
  await send(`/v1/contracts/${contract}/recall_drill`);
  const order = await send("/v1/orders", { ...BLOCK, limit_price: "0.01", expires: later });
  const listing = { ...BLOCK, side: "sell", contract, limit_price: "8.00", expires: later };
  const listed = await send("/v1/orders", listing);
  const member = await send("/v1/members", {
    name: `${CANARY} member`,
    email: `${CANARY}@example.com`,
    role: "buyer_trader",
  });
  const key = await send("/v1/keys", { name: `${CANARY} key`, member: member["id"] });
  const { start } = await read(cast, `/v1/contracts/${contract}`);
  await cast.world.pass(durationMs(HOUR_MS));
  await cast.world.context.service.delivering.look();
  const script = `#!/bin/sh\necho ${CANARY}\n`;
  const job = await send(`/v1/contracts/${contract}/jobs`, { name: `${CANARY}-job`, script });
  const claim = await send(`/v1/contracts/${contract}/breach_claim`, {
    from: start,
    until: formatTime(cast.world.context.clock.now()),
    gpus: 8,
    note: `${CANARY} note`,
  });
  const payment = { account: VICTIM, amount: "10.00", reference: `${CANARY}-paid` };
  await asOwner("/v1/deposits", payment);
  await asOwner("/v1/credits", { account: VICTIM, amount: "1.00", subject: contract });
  const recall = await asOwner("/v1/recalls", { pool: "a100", gpus: "all" });
  const [given] = recall["data"] as readonly { readonly id: string }[];
  const pool = { pool: "a100", start: later, gpus: 8 };
  const run = await asOwner("/v1/runs", { ...pool, name: `${CANARY} run`, duration: "1h" });
  const until = formatTime(epochMs(cast.world.context.clock.now() + 2 * DAY_MS));
  const note = `${CANARY} block`;
  const block = await asOwner("/v1/blocks", { ...pool, kind: "blackout", end: until, note });
  const slices = { shortest_duration: "1h", longest_duration: "2h", least_gpus: 8 };
  const shelf = await send("/v1/shelves", { contract: shelved, price: "7.00", ...slices });
  const rental = await send("/v1/rentals", { sku: "A100-80G", gpus: 8, max_price: "9.00" });
  const bid = await send("/v1/spot/bids", { pool: "a100", gpus: 8, limit_price: "0.01" });
  const [auction, auctionOrder] = await auctioned(asOwner, send, later);
  const webhook = await send("/v1/webhooks", { url: `https://hooks.example/${CANARY}` });
  await cast.world.pass(durationMs(3 * HOUR_MS));
  const invoice = await asOwner("/v1/invoices", { account: VICTIM });
  const [issued] = invoice["data"] as readonly { readonly id: string }[];
  const corrected = { reason: `${CANARY} correction` };
  const creditNote = await asOwner(`/v1/invoices/${issued?.id}/credit_notes`, corrected);
  const ids = new Map([
    ["credit_notes", String(creditNote["id"])],
    ["accounts", VICTIM],
    ["orders", String(order["id"])],
    ["contracts", contract],
    ["contracts/jobs", String(job["id"])],
    ["members", String(member["id"])],
    ["keys", String(key["id"])],
    ["breach_claims", String(claim["id"])],
    ["recalls", String(given?.id)],
    ["runs", String(run["id"])],
    ["blocks", String(block["id"])],
    ["webhooks", String(webhook["id"])],
    ["auctions", auction],
    ["auctions/orders", auctionOrder],
    ["invoices", String(issued?.id)],
    ["shelves", String(shelf["id"])],
    ["shelf_offers", String(shelf["id"])],
    ["rentals", String(rental["id"])],
    ["spot/bids", String(bid["id"])],
  ]);
  return { ids, offered: [String(listed["id"]), String(shelf["id"]), auction] };
}

const BLOCK: Body = { sku: "A100-80G", gpus: 8, duration: "4h" };
const LONG: Body = { ...BLOCK, duration: "1d" };

type Send = (path: string, body?: Body) => Promise<Body>;

/** An auction of the owner's that locks at `locks`, and the victim's order in it. */
async function auctioned(asOwner: Send, send: Send, locks: string) {
  const hours = (count: number) => formatTime(epochMs(Date.parse(locks) + count * HOUR_MS));
  const sold = { sku: "A100-80G", notice: "15m", start: hours(2), end: hours(6) };
  const auction = String(
    (await asOwner("/v1/auctions", { ...sold, locks, clears: hours(1) }))["id"],
  );
  const want = { gpus: 8, start: hours(2), duration: "2h", limit_price: "9.00" };
  const order = await send(`/v1/auctions/${auction}/orders`, want);
  return [auction, String(order["id"])] as const;
}

function contractOf({ contracts }: { readonly [name: string]: unknown }): string {
  return String((contracts as readonly string[])[0]);
}

async function read({ api, victim }: Cast, path: string): Promise<Body> {
  const answer = await api.request(path, { headers: { Authorization: `Bearer ${victim.key}` } });
  return (await answer.json()) as Body;
}

async function post({ api }: Cast, key: string | null, path: string, body?: Body): Promise<Body> {
  const answer = await api.request(path, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const found = (await answer.json()) as Body;
  if (!answer.ok) throw new Error(`POST ${path} answers ${JSON.stringify(found)}`);
  return found;
}
