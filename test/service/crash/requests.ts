import type { Random } from "../../../src/demo/random.ts";
import { DAY_MS, epochMs } from "../../../src/units.ts";
import { formatTime } from "../../../src/wire/time.ts";
import { anyOf, weighted } from "../../../sim/draw.ts";

/** What a customer wants done once, however often it must be sent. */
export interface Wish {
  readonly kind: "order" | "amendment" | "deposit" | "recall" | "other";
  readonly path: string;
  readonly body: unknown;
  /** Whether the owner's key is needed. */
  readonly isOwners: boolean;
}

/** What a customer knows of what it has. */
export interface Possessions {
  readonly account: string;
  readonly orders: Set<string>;
  readonly contracts: Set<string>;
  /** Payments that it has sent. */
  payments: number;
}

const BLOCK = { sku: "A100-80G", gpus: 8, duration: "1h" };
const EXPIRES = formatTime(epochMs(Date.UTC(2026, 10, 2) + 300 * DAY_MS));
const MOST_ORDERS = 12;

/** Something that this customer may wish for now; what is refused is an answer, too. */
export function nextWish(random: Random, has: Possessions): Wish {
  const order = anyOf(random, has.orders);
  const contract = anyOf(random, has.contracts);
  if (order !== null && has.orders.size > MOST_ORDERS) return cancelOrder(has, order);
  return weighted(random, [
    [8, () => wish("order", "/v1/orders", { ...BLOCK, limit_price: "9.00" })],
    [4, () => wish("order", "/v1/orders", standing("0.01"))],
    [3, () => deposit(has)],
    [1, () => ({ ...wish("recall", "/v1/recalls", { pool: "a100", gpus: 8 }), isOwners: true })],
    [
      order === null ? 0 : 2,
      () => wish("amendment", `/v1/orders/${order}/amend`, standing("0.02")),
    ],
    [order === null ? 0 : 2, () => cancelOrder(has, order ?? "")],
    [contract === null ? 0 : 2, () => resale(contract ?? "")],
    [contract === null ? 0 : 2, () => cancelContract(has, contract ?? "")],
  ] as const)();
}

function wish(kind: Wish["kind"], path: string, body: unknown = null): Wish {
  return { kind, path, body, isOwners: false };
}

function standing(price: string) {
  return { ...BLOCK, limit_price: price, expires: EXPIRES };
}

function resale(contract: string): Wish {
  return wish("order", "/v1/orders", { ...standing("1.00"), side: "sell", contract });
}

function deposit(has: Possessions): Wish {
  has.payments += 1;
  const body = {
    account: has.account,
    amount: "3.00",
    reference: `${has.account}-${has.payments}`,
  };
  return { ...wish("deposit", "/v1/deposits", body), isOwners: true };
}

function cancelOrder(has: Possessions, order: string): Wish {
  has.orders.delete(order);
  return wish("other", `/v1/orders/${order}/cancel`);
}

function cancelContract(has: Possessions, contract: string): Wish {
  has.contracts.delete(contract);
  return wish("other", `/v1/contracts/${contract}/cancel`);
}
