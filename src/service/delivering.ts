import { findContract } from "../market/state.ts";
import { planBindings } from "../delivery/plan-bindings.ts";
import type { BindingPlan, SeenNode } from "../delivery/plan-bindings.ts";
import type { Desk } from "../journal/turn.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { Allotment, Cluster, DeliveryFault, DeliveryReport } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { DAY_MS, durationMs, earliest } from "../units.ts";

/**
 * How long before a contract's start its nodes are chosen and held: long enough that work which would run into it finds
 * other nodes, and short enough that few of them fail meanwhile.
 */
export const CHOSEN_AHEAD = durationMs(DAY_MS / 24);

/** How a pool's contracts lie on its nodes, as it was seen last. */
export interface DeliveryStatus {
  readonly at: EpochMs;
  readonly faults: readonly DeliveryFault[];
}

/** Which nodes are bound anew by what is seen of them. */
export function bindingsDue(
  state: ExchangeState,
  pool: string,
  nodes: readonly SeenNode[],
): BindingPlan {
  const { now, pools } = state.market;
  return planBindings({
    pool,
    now,
    ahead: CHOSEN_AHEAD,
    contracts: [...(pools.get(pool)?.holdings.all() ?? [])],
    bindings: bindingsOf(state, pool),
    nodes,
  });
}

/** @returns why a binding was refused, and what is lacking */
export function bindNodes(desk: Desk, pool: string, nodes: readonly SeenNode[]): DeliveryFault[] {
  const { bindings, lacking } = bindingsDue(desk.state, pool, nodes);
  const faults: DeliveryFault[] = lacking.map(({ contract, fabric, gpus }) => {
    const sentence = `no node of ${gpus} GPUs is free in ${fabric}: what is lacking is not billed`;
    return { contract, code: "nodes_lacking", sentence };
  });
  for (const binding of bindings) {
    const refusal = desk.do({ type: "bind_nodes", binding });
    if (refusal === null) continue;
    const sentence = `its nodes are not bound (${refusal}): this is a fault of Spillway's`;
    faults.push({ contract: binding.contract, code: refusal, sentence });
  }
  return faults;
}

function bindingsOf({ bindings }: ExchangeState, pool: string) {
  return bindings
    .values()
    .filter((each) => each.pool === pool)
    .toArray();
}

/** What should be on the cluster from now on, by what is durable. */
export function allotmentsOf(state: ExchangeState, pool: string, now: EpochMs): Allotment[] {
  const { market } = state;
  return bindingsOf(state, pool).flatMap(({ contract: id, nodes: all }) => {
    const nodes = all.filter(({ end }) => end > now);
    const contract = findContract(market, id)?.contract;
    if (contract === undefined || nodes.length === 0) return [];
    const { holder, window } = contract;
    const end = nodes.map((node) => node.end).reduce((a, b) => (a > b ? a : b));
    return [
      { contract: id, holder, start: window.start, end, nodes, recalls: recallsOf(state, id) },
    ];
  });
}

function recallsOf({ market }: ExchangeState, contract: string): Allotment["recalls"] {
  return [...market.recalls.values()].flatMap(({ id: recall, noticed, due, cuts }) => {
    const own = cuts.filter((cut) => cut.contract === contract);
    return own.map(({ gpus }) => ({ recall, noticed, due, gpus }));
  });
}

/** When a node is given back next: nothing may be late then. */
export function nextHandOver(state: ExchangeState, now: EpochMs): EpochMs | null {
  const ends = state.bindings.values().flatMap(({ nodes }) => nodes.map(({ end }) => end));
  return ends
    .filter((end) => end > now)
    .reduce<EpochMs | null>((first, end) => (first === null ? end : earliest(first, end)), null);
}

/** One look at a pool's nodes, and all that follows from it. */
export async function deliver(
  cluster: Cluster,
  now: () => EpochMs,
  state: ExchangeState,
  submit: (turn: (desk: Desk) => void) => Promise<void>,
): Promise<DeliveryReport> {
  const { delivery, pool } = cluster;
  if (delivery === undefined) return { deeds: [], faults: [] };
  const nodes = await delivery.look(now());
  const faults: DeliveryFault[] = [];
  // Where nothing changes, nothing is written.
  const { bindings, lacking } = bindingsDue(state, pool, nodes);
  if (bindings.length + lacking.length > 0) {
    await submit((desk) => void faults.splice(0, faults.length, ...bindNodes(desk, pool, nodes)));
  }
  const report = await delivery.settle(allotmentsOf(state, pool, now()), now());
  return { deeds: report.deeds, faults: [...faults, ...report.faults] };
}
