import type { Contract } from "../contracts/contract.ts";
import { heldInFabric } from "../contracts/contract.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Cut, Recall } from "../market/state.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import type { EpochMs, MicroUsdPerGpuHour } from "../units.ts";
import { addMoney, NO_MONEY } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { shareNumber } from "../wire/share.ts";
import { formatTime } from "../wire/time.ts";
import { OWNER } from "../accounts/account.ts";
import type { ContractResource, CutResource, RecallResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** Contracts, what is taken out of them, and the sales as everyone may see them. */
export function hearContract(shelf: Shelf, recorded: Recorded, state: ExchangeState): void {
  const { sequence, event } = recorded;
  switch (event.type) {
    case "contract_sold":
      return sold(shelf, recorded, state, { ...event, price: event.contract.price, from: null });
    case "contract_resold":
      sold(shelf, recorded, state, event);
      return cut(shelf, event.from, resaleCut(event.contract));
    case "recall_noticed":
      return noticed(shelf, sequence, event.recall);
    case "recall_withdrawn":
      return over(shelf, event.recall, "withdrawn");
    case "recall_handed_over":
      return over(shelf, event.recall.id, "handed_over");
    case "contract_breached":
      return cut(shelf, event.cut.contract, breachCut(event.at, event.cut));
    case "nodes_bound": {
      const nodes = event.binding.nodes.map(({ node, fabric, gpus, start, end }) => {
        return { node, fabric, gpus, from: formatTime(start), until: formatTime(end) };
      });
      return shelf.change("contract", event.binding.contract, (body) => ({ ...body, nodes }));
    }
    case "contract_cancelled": {
      const from = formatTime(event.at);
      return shelf.change("contract", event.contract, (body) => {
        return { ...body, status: "cancelled", given_up_from: from };
      });
    }
    case "contract_extended": {
      const until = formatTime(event.until);
      return shelf.change("contract", event.contract, (body) => ({ ...body, end: until }));
    }
    case "contract_followed":
      return shelf.change("contract", event.contract, (body) => {
        return { ...body, followed_by: event.by };
      });
    case "contract_interrupted":
      return end(shelf, state, event.contract, "interrupted");
    case "contract_ended":
      return end(shelf, state, event.contract, "ended");
    default:
  }
}

interface Sale {
  readonly order: string;
  readonly contract: Contract;
  readonly price: MicroUsdPerGpuHour;
  readonly from: string | null;
}

function sold(shelf: Shelf, { sequence, at }: Recorded, state: ExchangeState, sale: Sale): void {
  const { contract, price, from } = sale;
  const sku = state.market.pools.get(contract.pool)?.config.sku ?? "";
  const resource = contractResource(sale, sku);
  shelf.put("contract", contract.id, contract.holder, sequence, resource);
  const id = `fill_${sequence}`;
  const { start, end, gpus, notice } = resource;
  const paid = formatMoney(price);
  const seen = { sku, gpus, start, end, price: paid, notice, resale: from !== null };
  shelf.put("fill", id, null, sequence, { id, at: formatTime(at), ...seen });
  shelf.finish("fill", id);
}

function contractResource({ order, contract, price, from }: Sale, sku: string): ContractResource {
  const { id, holder, pool, window, promise, soldGpus, placements } = contract;
  return {
    id,
    account: holder,
    order,
    pool,
    sku,
    start: formatTime(window.start),
    end: formatTime(window.end),
    gpus: soldGpus,
    price: formatMoney(price),
    notice: formatNotice(promise.notice),
    minimum_run: formatDuration(promise.minimumRun),
    compensation: {
      recall: shareNumber(promise.recallCompensation),
      breach: shareNumber(promise.breachCompensation),
    },
    stated_recall_chance: promise.statedRecallChance,
    fabrics: placements.map(({ fabric }) => ({
      fabric,
      gpus: heldInFabric(contract, fabric, window),
    })),
    resold_from: from,
    followed_by: null,
    given_up_from: null,
    checkpoint: null,
    status: "active",
    cuts: [],
    nodes: [],
    delivered_gpu_milliseconds: 0,
    delivered_gpu_hours: "0",
    metered_until: formatTime(window.start),
    billed: formatMoney(NO_MONEY),
  };
}

function cut(shelf: Shelf, contract: string, each: CutResource): void {
  shelf.change("contract", contract, (body) => ({ ...body, cuts: [...body.cuts, each] }));
}

function resaleCut({ id, soldGpus, window }: Contract): CutResource {
  return {
    kind: "resale",
    by: id,
    fabric: null,
    gpus: soldGpus,
    from: formatTime(window.start),
    until: formatTime(window.end),
    owed: formatMoney(NO_MONEY),
    status: "done",
  };
}

function breachCut(at: EpochMs, taken: Cut): CutResource {
  return { kind: "breach", by: null, ...cutFields(at, taken), status: "done" };
}

function cutFields(at: EpochMs, { fabric, gpus, until, owed }: Cut) {
  const from = formatTime(at);
  return { fabric, gpus, from, until: formatTime(until), owed: formatMoney(owed) };
}

function noticed(shelf: Shelf, sequence: number, recall: Recall): void {
  const { id, due, cuts } = recall;
  shelf.put("recall", id, OWNER, sequence, recallResource(recall));
  for (const each of cuts) {
    cut(shelf, each.contract, {
      kind: "recall",
      by: id,
      ...cutFields(due, each),
      status: "noticed",
    });
    tell(shelf, sequence, recall, each);
  }
}

/** One notice a contract: what is taken from it in several fabrics is told together. */
function tell(shelf: Shelf, sequence: number, recall: Recall, each: Cut): void {
  const id = `${recall.id}.${each.contract}`;
  const before = shelf.get("notice", id);
  shelf.put("notice", id, each.holder, sequence, {
    id,
    account: each.holder,
    recall: recall.id,
    contract: each.contract,
    noticed: formatTime(recall.noticed),
    due: formatTime(recall.due),
    gpus: each.gpus + (before?.gpus ?? 0),
    compensation: formatMoney(owedIn(recall, each.contract)),
    drill: false,
    status: "noticed",
  });
}

function owedIn({ cuts }: Recall, contract: string) {
  const theirs = cuts.filter((each) => each.contract === contract);
  return theirs.reduce((sum, { owed }) => addMoney(sum, owed), NO_MONEY);
}

function recallResource(recall: Recall): RecallResource {
  const { id, pool, reason, cuts } = recall;
  return {
    id,
    pool,
    noticed: formatTime(recall.noticed),
    due: formatTime(recall.due),
    reason,
    status: "noticed",
    gpus: cuts.reduce((sum, { gpus }) => sum + gpus, 0),
    cost: formatMoney(cuts.reduce((sum, { owed }) => addMoney(sum, owed), NO_MONEY)),
    cuts: cuts.map(({ contract, holder, notice, fabric, gpus, until, owed }) => ({
      contract,
      holder,
      notice: formatNotice(notice),
      fabric,
      gpus,
      until: formatTime(until),
      owed: formatMoney(owed),
    })),
  };
}

/** A recall is withdrawn or handed over, and with it what it takes out of each contract. */
function over(shelf: Shelf, id: string, status: "withdrawn" | "handed_over"): void {
  const contracts = new Set(shelf.get("recall", id)?.cuts.map(({ contract }) => contract) ?? []);
  for (const contract of contracts) {
    shelf.change("notice", `${id}.${contract}`, (body) => ({ ...body, status }));
    shelf.finish("notice", `${id}.${contract}`);
    shelf.change("contract", contract, (body) => ({
      ...body,
      cuts: body.cuts.map((each) =>
        each.by === id && each.status === "noticed"
          ? { ...each, status: status === "withdrawn" ? "withdrawn" : "done" }
          : each,
      ),
    }));
  }
  shelf.change("recall", id, (body) => ({ ...body, status }));
  shelf.finish("recall", id);
}

/** An interrupted contract ends later in the market, and stays interrupted. Its last readings may still be to come. */
function end(
  shelf: Shelf,
  state: ExchangeState,
  contract: string,
  status: "ended" | "interrupted",
): void {
  shelf.change("contract", contract, (body) =>
    body.status === "active" ? { ...body, status } : body,
  );
  if (status === "ended" && !state.deals.has(contract)) shelf.finish("contract", contract);
}
