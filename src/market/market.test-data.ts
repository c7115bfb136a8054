import type { Contract } from "../contracts/contract.ts";
import type { Policy } from "../policy/policy.ts";
import type { Bounds } from "../recall/recall.test-data.ts";
import { at, ladderOf, minutes, NOTICES, POLICY, PRICE, span } from "../recall/recall.test-data.ts";
import type { Notice } from "../units.ts";
import { gpus, microUsdPerGpuHour } from "../units.ts";
import { apply } from "./apply.ts";
import type { MarketCommand, MarketRefusal, Taking } from "./commands.ts";
import { decide } from "./decide.ts";
import type { MarketEvent } from "./events.ts";
import type { Order } from "./order.ts";
import type { MarketState } from "./state.ts";
import { emptyMarket, findContract } from "./state.ts";

/** Carries a command out. @returns its events, or why it was refused */
export function carryOut(
  state: MarketState,
  command: MarketCommand,
): readonly MarketEvent[] | MarketRefusal {
  const decision = decide(state, command);
  if ("refusal" in decision) return decision.refusal;
  for (const event of decision.events) apply(state, event);
  return decision.events;
}

export interface MarketDraft {
  /** GPUs of fabrics a and b. */
  readonly fabrics?: readonly [number, number];
  readonly bounds?: ReadonlyMap<Notice, Bounds>;
  readonly policy?: Policy;
}

/** A market at minute 0 with pool p, SKU H100: 32 GPUs in fabric a, 32 in b, all of them safe to sell at every notice. */
export function marketOf(draft: MarketDraft = {}): MarketState {
  const state = emptyMarket(at(0));
  const [a, b] = draft.fabrics ?? [32, 32];
  const fabrics = [
    { id: "a", gpus: gpus(a) },
    { id: "b", gpus: gpus(b) },
  ];
  const pool = { id: "p", sku: "H100", site: "", fabrics };
  const all: ReadonlyMap<Notice, Bounds> = new Map(
    NOTICES.map((notice) => [notice, [[10_000, a + b]]]),
  );
  carryOut(state, { type: "open_pool", pool, policy: draft.policy ?? POLICY });
  const reading = { at: at(0), demand: gpus(0), fabrics };
  carryOut(state, { type: "read_owner", pool: "p", reading });
  const ladder = ladderOf(0, draft.bounds ?? all);
  carryOut(state, { type: "publish_ladder", pool: "p", ladder });
  return state;
}

export interface OrderDraft {
  readonly id: string;
  readonly account?: string;
  readonly notice?: Notice;
  readonly from?: number;
  readonly to?: number;
  readonly gpus?: number;
  readonly limit?: bigint;
  readonly terms?: Partial<Order>;
}

/** Buys eight GPUs from minute 0 to 240, at any notice unless the draft says otherwise, at the firm price at most. */
export function buyOf(draft: OrderDraft): Order {
  const window = span(draft.from ?? 0, draft.to ?? 240);
  const duration = minutes((draft.to ?? 240) - (draft.from ?? 0));
  return {
    id: draft.id,
    account: draft.account ?? "buyer",
    side: "buy",
    sku: "H100",
    gpus: gpus(draft.gpus ?? 8),
    start: { earliest: window.start, latest: window.start },
    duration: { min: duration, max: duration },
    limit: microUsdPerGpuHour(draft.limit ?? PRICE),
    noticeAtLeast: draft.notice ?? (0 as Notice),
    fabric: "any",
    fill: "partial",
    lifetime: "immediate",
    expires: null,
    contract: null,
    ...draft.terms,
  };
}

/** Lists eight GPUs of a contract from minute 0 to 240, unless the draft says otherwise, for a cent. */
export function sellOf(contract: string, draft: OrderDraft): Order {
  const order = buyOf({ account: "buyer", limit: 10_000n, ...draft });
  return {
    ...order,
    side: "sell",
    lifetime: "standing",
    expires: at(100_000),
    contract,
    ...draft.terms,
  };
}

export function place(state: MarketState, order: Order): readonly MarketEvent[] | MarketRefusal {
  return carryOut(state, { type: "place_order", order, now: state.now });
}

/** Places an order that makes one contract, and returns its id. */
export function buy(state: MarketState, draft: OrderDraft): string {
  const events = place(state, buyOf(draft));
  const sold = typeof events === "string" ? [] : events.flatMap(soldIn);
  const [first] = sold;
  if (first === undefined || sold.length > 1) throw new Error(`${draft.id} made not one contract`);
  return first.id;
}

export function soldIn(event: MarketEvent): Contract[] {
  const isSale = event.type === "contract_sold" || event.type === "contract_resold";
  return isSale ? [event.contract] : [];
}

/** The contract as it stands. */
export function contractIn(state: MarketState, id: string): Contract {
  const contract = findContract(state, id)?.contract;
  if (contract === undefined) throw new Error(`no contract ${id}`);
  return contract;
}

/** Eight GPUs of fabric a until minute 240, unless the draft says otherwise. */
export function takingOf(
  contract: string,
  draft: { gpus?: number; fabric?: string; until?: number } = {},
): Taking {
  return {
    contract,
    fabric: draft.fabric ?? "a",
    gpus: gpus(draft.gpus ?? 8),
    until: at(draft.until ?? 240),
  };
}

/** Gives notice of recall `id` now. */
export function recall(
  state: MarketState,
  id: string,
  due: number,
  takings: readonly Taking[],
): readonly MarketEvent[] | MarketRefusal {
  const { now } = state;
  return carryOut(state, {
    type: "give_recall",
    recall: id,
    pool: "p",
    now,
    due: at(due),
    reason: "owner",
    takings,
  });
}

export function breach(
  state: MarketState,
  minute: number,
  takings: readonly Taking[],
): readonly MarketEvent[] | MarketRefusal {
  const { now } = state;
  return carryOut(state, { type: "breach", pool: "p", now, at: at(minute), takings });
}

export function advance(state: MarketState, minute: number): readonly MarketEvent[] {
  const events = carryOut(state, { type: "advance", now: at(minute) });
  if (typeof events === "string") throw new Error(`time was refused: ${events}`);
  return events;
}
