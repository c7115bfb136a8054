import type { Contract } from "../contracts/contract.ts";
import { heldAt, heldOver } from "../contracts/contract.ts";
import { emptiedLadder } from "../surplus/ladder.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { addGpus, charge, earlier, minGpus, MINUTE_MS, NO_GPUS, subGpus } from "../units.ts";
import type { MarketEvent } from "./events.ts";
import type { MarketState, Recall } from "./state.ts";
import { findContract, liveCuts } from "./state.ts";

/** What the passing of time until `now` brings: standing orders and ladders that expire, then what falls due, in order of time. */
export function decideAdvance(state: MarketState, now: EpochMs): MarketEvent[] {
  const events: MarketEvent[] = state.book.expired(now).map((order) => ({
    type: "order_left",
    order: order.id,
    why: "expired",
  }));
  const handedOver = new Set<Recall>();
  for (const due of state.due.until(now)) {
    if (due.kind === "end") events.push(...ending(state, due.id, due.at, handedOver));
    else events.push(...handOver(state, due.id, due.at, handedOver));
  }
  return [...events, ...outdated(state, now), { type: "time_advanced", now }];
}

/** Where readings stop, so do the sales: also those of a process that was paused, or has just begun. */
function outdated({ pools }: MarketState, now: EpochMs): MarketEvent[] {
  return [...pools.values()].flatMap(({ config, ladder }) =>
    ladder?.validUntil === undefined || now < ladder.validUntil
      ? []
      : [{ type: "ladder_published", pool: config.id, ladder: emptiedLadder(ladder) } as const],
  );
}

/**
 * A recall that was withdrawn is no longer there when it would have fallen due; another of the same id may be, with its
 * own due.
 */
function handOver(
  state: MarketState,
  id: string,
  at: EpochMs,
  handedOver: Set<Recall>,
): MarketEvent[] {
  const recall = state.recalls.get(id);
  if (recall === undefined || recall.due !== at || handedOver.has(recall)) return [];
  handedOver.add(recall);
  const cuts = liveCuts(state, recall);
  return [{ type: "recall_handed_over", recall: { ...recall, cuts } }];
}

function ending(
  state: MarketState,
  id: string,
  at: EpochMs,
  handedOver: ReadonlySet<Recall>,
): MarketEvent[] {
  const found = findContract(state, id);
  // A contract that was extended is not over when it once would have been.
  if (found === null || found.contract.window.end !== at) return [];
  const { contract, pool } = found;
  const delivered = heldOver(contract, contract.window);
  const revenue = charge(contract.price, delivered, "floor");
  const recalled = recalledOf(contract, toldOf(state, id, handedOver));
  const type = "contract_ended";
  return [{ type, pool: pool.config.id, contract: id, at, delivered, revenue, recalled }];
}

/** GPUs recalled before now, and those that are handed over by the same passing of time. */
function toldOf(state: MarketState, id: string, handedOver: ReadonlySet<Recall>): Gpus {
  const cuts = [...handedOver].flatMap((recall) => liveCuts(state, recall));
  const now = cuts.filter((cut) => cut.contract === id).map((cut) => cut.gpus);
  return now.reduce(addGpus, state.tallies.get(id)?.recalled ?? NO_GPUS);
}

/** GPUs told of a later recall may be recalled sooner, and count twice: no more were recalled than are gone at the end. */
function recalledOf(contract: Contract, told: Gpus): Gpus {
  const last = earlier(contract.window.end, MINUTE_MS);
  return minGpus(told, subGpus(contract.soldGpus, heldAt(contract, last)));
}
