import { findContract } from "../market/state.ts";
import { planBindings } from "../delivery/plan-bindings.ts";
import type { BindingPlan } from "../delivery/plan-bindings.ts";
import type { SeenNode } from "../delivery/seen-node.ts";
import type { Desk } from "../journal/turn.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { Journal } from "../journal/journal.ts";
import type { Allotment, Clock, Cluster, Delivery, DeliveryFault, Interruption } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { earliest, HOUR_MS, latest } from "../units.ts";

/**
 * How long before a contract's start its nodes are chosen and held: long enough that work which would run into it finds
 * other nodes, and short enough that few of them fail meanwhile.
 */
const CHOSEN_AHEAD = HOUR_MS;

/** Which nodes are bound anew by what is seen of them. */
function bindingsDue(state: ExchangeState, pool: string, nodes: readonly SeenNode[]): BindingPlan {
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
function bindNodes(desk: Desk, pool: string, nodes: readonly SeenNode[]): DeliveryFault[] {
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

/** When a node is given back next. */
function nextHandOver(state: ExchangeState, now: EpochMs): EpochMs | null {
  const ends = state.bindings.values().flatMap(({ nodes }) => nodes.map(({ end }) => end));
  return ends
    .filter((end) => end > now)
    .reduce<EpochMs | null>((first, end) => (first === null ? end : earliest(first, end)), null);
}

export interface DeliveringPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly clusters: readonly Cluster[];
  /** Told of what was done to a cluster, and of what an operator should know. */
  readonly tell: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

/**
 * Brings what is sold onto the nodes of the clusters, and takes it from there: looks again and again at what should be
 * and at what is. It may end at any instruction, and begin again.
 */
export class Delivering {
  readonly #ports: DeliveringPorts;
  readonly #faults = new Map<string, readonly DeliveryFault[]>();

  constructor(ports: DeliveringPorts) {
    this.#ports = ports;
  }

  /** What stands between what should be and what is, by pool, as it was seen last. */
  get faults(): ReadonlyMap<string, readonly DeliveryFault[]> {
    return this.#faults;
  }

  /** When it must look again, so that no node is given back late; null: nothing is to be given back. */
  get due(): EpochMs | null {
    return nextHandOver(this.#ports.journal.durable.state, this.#ports.clock.now());
  }

  /** One look at every cluster. @throws Unavailable where the journal no longer writes */
  async look(): Promise<void> {
    const { clusters } = this.#ports;
    await Promise.all(clusters.map((cluster) => this.#lookAt(cluster)));
  }

  async #lookAt({ pool, delivery }: Cluster): Promise<void> {
    if (delivery === undefined) return;
    try {
      this.#note(pool, await this.#settle(pool, delivery));
    } catch (fault) {
      if (this.#ports.journal.stopped !== null) throw fault;
      const sentence = `the cluster cannot be seen: ${String(fault)}`;
      this.#note(pool, [{ contract: null, code: "cluster_unseen", sentence }]);
    }
  }

  async #settle(pool: string, delivery: Delivery): Promise<readonly DeliveryFault[]> {
    const { journal, clock, tell } = this.#ports;
    const { state } = journal.durable;
    const nodes = await delivery.look(clock.now());
    let faults: readonly DeliveryFault[] = [];
    const { bindings, lacking } = bindingsDue(state, pool, nodes);
    // Where nothing changes, nothing is written.
    if (bindings.length + lacking.length > 0) {
      await journal.submit((desk) => {
        faults = bindNodes(desk, pool, nodes);
        return null;
      });
    }
    const report = await delivery.settle((now) => allotmentsOf(journal.durable.state, pool, now));
    for (const deed of report.deeds) tell(deed, { pool });
    if (report.interruptions.length > 0) await this.#claim(pool, report.interruptions);
    return [...faults, ...report.faults];
  }

  /** What the market can't know of is claimed for the holder, and waits for the owner's answer: a credit, or a reason. */
  async #claim(pool: string, interruptions: readonly Interruption[]): Promise<void> {
    const { journal, warn } = this.#ports;
    await journal.submit((desk) => {
      for (const { contract, job, by, gpus, start, end } of interruptions) {
        const { now } = desk.state.market;
        const deal = findContract(desk.state.market, contract)?.contract;
        if (deal === undefined) continue;
        const note = `Job ${job} was ended by ${by}, and not by its holder.`;
        // The market's time goes from deed to deed, and no claim is of its future.
        const window = { start: latest(start, deal.window.start), end: earliest(end, now) };
        const about = { account: deal.holder, contract, pool, window, gpus, note, claimed: now };
        const claim = { id: `clm_${contract}_${job}`, ...about };
        const refusal = desk.do({ type: "claim_breach", claim });
        warn(note, { pool, contract, claim: refusal ?? claim.id });
      }
      return null;
    });
  }

  /** A fault is told of when it comes, and not at every look. */
  #note(pool: string, faults: readonly DeliveryFault[]): void {
    const known = new Set(this.#faults.get(pool)?.map(({ sentence }) => sentence));
    for (const { contract, code, sentence } of faults) {
      if (!known.has(sentence)) this.#ports.warn(sentence, { pool, contract, code });
    }
    this.#faults.set(pool, faults);
  }
}
