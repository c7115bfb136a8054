/** The orders of the race between durable orders and the core alone, and the exchange on which both place them. */
import type { Account } from "../src/accounts/account.ts";
import type { ApiKey, Member } from "../src/accounts/account.ts";
import { scopesOf } from "../src/accounts/roles.ts";
import type { ExchangeCommand } from "../src/exchange/commands.ts";
import type { Policy } from "../src/policy/policy.ts";
import { hashKey, hintOf } from "../src/http/api-key.ts";
import { assert, durationMs, gpus, microUsd, MINUTE_MS, NO_GPUS, ppm } from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { NOW, openLadder, slotTime } from "./core-throughput-market.ts";
import type { Asked } from "./core-throughput-orders.ts";
import {
  drawOrder,
  drawsFrom,
  FABRICS,
  fabricSize,
  SLOT_MINUTES,
} from "./core-throughput-orders.ts";

export const ACCOUNTS = 64;
export const SKU = "gpu";
const POOL = "pool";
const CREDIT = microUsd(10n ** 15n);

/** The API key of the account of this number. */
export type KeyOf = (account: number) => string;

/** What makes the exchange: a pool of which everything may be sold, and customers with credit and a key each. */
export function foundingOf(policy: Policy, orders: number, keyOf: KeyOf): ExchangeCommand[] {
  const size = gpus(fabricSize(orders));
  const fabrics = Array.from({ length: FABRICS }, (_, index) => ({
    id: `f${String(index).padStart(2, "0")}`,
    gpus: size,
  }));
  const all = gpus(size * FABRICS);
  return [
    { type: "advance", now: NOW },
    { type: "open_pool", pool: { id: POOL, sku: SKU, site: "", fabrics }, policy },
    { type: "read_owner", pool: POOL, reading: { at: NOW, demand: NO_GPUS, fabrics } },
    { type: "publish_ladder", pool: POOL, ladder: openLadder(policy, all) },
    ...Array.from({ length: ACCOUNTS }, (_, index) => customer(index, keyOf(index))).flat(),
  ];
}

function customer(index: number, secret: string): ExchangeCommand[] {
  const id = `account-${index}`;
  const contact = { name: id, email: `${id}@example.com` };
  const terms = { taxRate: ppm(0), maxGpus: null, skus: null, accepted: null, created: NOW };
  const account: Account = { id, ...contact, ...terms, status: "active", payment: PREPAID };
  const member: Member = { id: `mem_${index}`, account: id, ...contact, role: "buyer_trader" };
  const key: ApiKey = {
    id: `key_${index}`,
    account: id,
    member: member.id,
    name: "bench",
    hash: hashKey(secret),
    hint: hintOf(secret),
    scopes: scopesOf(member.role),
    created: NOW,
    expires: null,
    revoked: null,
  };
  const paid = { account: id, amount: CREDIT, means: "manual", reference: id } as const;
  return [
    { type: "create_account", account },
    { type: "add_member", member },
    { type: "create_key", key },
    { type: "deposit", ...paid },
  ];
}

const PREPAID = { kind: "prepaid" } as const;

/** An order in the stream: what is asked, at which notice at least, and by whom. */
export interface Drawn {
  readonly index: number;
  readonly account: number;
  readonly asked: Asked;
}

export function drawnOrders(seed: number): () => Drawn {
  const draw = drawsFrom(seed);
  let index = 0;
  return () => {
    index += 1;
    return { index, account: index % ACCOUNTS, asked: drawOrder(draw) };
  };
}

export function commandOf(policy: Policy, { index, account, asked }: Drawn): ExchangeCommand {
  const rung = policy.rungs[asked.rung % policy.rungs.length];
  assert(rung !== undefined, "a policy has rungs");
  const duration = durationMs(asked.length * SLOT_MINUTES * MINUTE_MS);
  const order = {
    id: `ord_${index}`,
    account: `account-${account}`,
    side: "buy",
    sku: SKU,
    gpus: gpus(asked.gpus),
    start: { earliest: slotTime(asked.from), latest: slotTime(asked.latest) },
    duration: { min: duration, max: duration },
    limit: PRICE,
    noticeAtLeast: rung.notice,
    fabric: asked.fabric,
    fill: "all-or-none",
    lifetime: "immediate",
    expires: null,
    contract: null,
  } as const;
  return { type: "place_order", order, now: NOW };
}
