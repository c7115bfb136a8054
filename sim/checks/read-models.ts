/** What documents say is what happened, recomputed from the events without the views' own code. */
import type { Recorded } from "../../src/exchange/recorded.ts";
import type { Document, Store } from "../../src/ports.ts";
import type { ResourceKind, Resources } from "../../src/views/resources.ts";
import { parseMoney } from "../../src/wire/money.ts";
import { demand } from "../violation.ts";
import type { Truth } from "./truth.ts";

const EVERYTHING = { account: "owner", sees: "all" } as const;

interface Checked {
  readonly store: Store;
  readonly truth: Truth;
}

export async function checkReadModels({ store, truth }: Checked): Promise<void> {
  const happened = sumUp(truth.recorded);
  await checkContracts(store, happened);
  await checkOrders(store, happened);
  await checkAuctionOrders(store, happened);
  await checkNotices(store, happened);
  const payments = await bodies(store, "payment");
  demand(payments.length === happened.payments, "each payment is shown once");
}

interface Happened {
  readonly delivered: Map<string, number>;
  /** Paid for usage, by contract and payer. */
  readonly billed: Map<string, bigint>;
  readonly filled: Map<string, number>;
  readonly left: Map<string, string>;
  readonly holders: Map<string, string>;
  readonly recalls: Map<string, string>;
  payments: number;
}

function sumUp(recorded: readonly Recorded[]): Happened {
  const happened: Happened = {
    delivered: new Map(),
    billed: new Map(),
    filled: new Map(),
    left: new Map(),
    holders: new Map(),
    recalls: new Map(),
    payments: 0,
  };
  for (const { event } of recorded) hear(happened, event);
  return happened;
}

function hear(happened: Happened, event: Recorded["event"]): void {
  switch (event.type) {
    case "contract_sold":
    case "contract_resold":
      happened.holders.set(event.contract.id, event.contract.holder);
      add(happened.filled, event.order, event.contract.soldGpus);
      if (event.type === "contract_resold") {
        add(happened.filled, event.listing, event.contract.soldGpus);
      }
      return;
    case "order_left":
      happened.left.set(event.order, event.why);
      return;
    case "auction_order_cancelled":
      happened.left.set(event.order, "cancelled");
      return;
    case "auction_cleared":
      for (const { order } of event.outcome.fills) happened.left.set(order, "filled");
      for (const order of event.unfilled) happened.left.set(order, "unfilled");
      return;
    case "auction_called_off":
      for (const order of event.left) happened.left.set(order, "called_off");
      return;
    case "usage_metered":
      return add(happened.delivered, event.reading.contract, event.reading.gpuMs);
    case "recall_noticed":
      happened.recalls.set(event.recall.id, "noticed");
      return;
    case "recall_withdrawn":
      happened.recalls.set(event.recall, "withdrawn");
      return;
    case "recall_handed_over":
      happened.recalls.set(event.recall.id, "handed_over");
      return;
    case "booked":
    case "credit_given":
      happened.payments += 1;
      return;
    case "settled":
      for (const { kind, debit, amount, subject } of event.transaction?.transfers ?? []) {
        if (kind !== "usage") continue;
        const name = `${subject} ${debit}`;
        happened.billed.set(name, (happened.billed.get(name) ?? 0n) + amount);
      }
      return;
    default:
  }
}

async function checkContracts(store: Store, happened: Happened): Promise<void> {
  const contracts = await bodies(store, "contract");
  demand(contracts.length === happened.holders.size, "each contract is shown once");
  for (const { id, account, billed, delivered_gpu_milliseconds: delivered } of contracts) {
    demand(account === happened.holders.get(id), `${id} is shown to its holder`);
    demand(delivered === (happened.delivered.get(id) ?? 0), `${id} shows what it delivered`);
    const paid = happened.billed.get(`${id} liabilities:customers:${account}:held`) ?? 0n;
    demand(parseMoney(billed) === paid, `${id} shows what it cost`);
  }
  const used = new Map<string, number>();
  for (const usage of await bodies(store, "usage")) {
    add(used, usage.contract, usage.gpu_milliseconds);
  }
  for (const [id, delivered] of happened.delivered) {
    demand((used.get(id) ?? 0) === delivered, `the days of ${id} add up`);
  }
}

async function checkOrders(store: Store, { filled, left }: Happened): Promise<void> {
  for (const order of await bodies(store, "order")) {
    demand(order.filled_gpus === (filled.get(order.id) ?? 0), `${order.id} shows its fills`);
    const why = left.get(order.id);
    if (why !== undefined) demand(order.status === why, `${order.id} shows how it left the book`);
    else demand(order.status === "filled", `${order.id} is filled, for it is nowhere else`);
  }
}

/** In the end no auction is running any more. */
async function checkAuctionOrders(store: Store, { filled, left }: Happened): Promise<void> {
  for (const order of await bodies(store, "auction_order")) {
    demand(order.filled_gpus === (filled.get(order.id) ?? 0), `${order.id} shows its fills`);
    demand(order.status === left.get(order.id), `${order.id} shows how its auction ended`);
  }
}

async function checkNotices(store: Store, { recalls, holders }: Happened): Promise<void> {
  const shown = await bodies(store, "recall");
  demand(shown.length === recalls.size, "each recall is shown once");
  for (const { id, status } of shown) {
    demand(status === recalls.get(id), `${id} shows what became of it`);
  }
  for (const notice of await documents(store, "notice")) {
    const { contract, account } = notice.body as unknown as Resources["notice"];
    demand(account === holders.get(contract), "a notice names its holder");
    demand(notice.account === account, "a notice is for its holder's eyes");
  }
}

async function bodies<Kind extends ResourceKind>(
  store: Store,
  kind: Kind,
): Promise<readonly Resources[Kind][]> {
  const found = await documents(store, kind);
  return found.map(({ body }) => body as unknown as Resources[Kind]);
}

function documents(store: Store, kind: string): Promise<readonly Document[]> {
  return store.documents(EVERYTHING, { kind, where: {}, after: null, limit: 100_000 });
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount);
}
