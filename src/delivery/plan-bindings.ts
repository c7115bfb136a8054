/**
 * Which nodes the contracts of a pool have, from what is seen of its nodes: decided again at every look, and the same
 * again where nothing has changed.
 *
 * A contract holds lots over time in each fabric: as *layers*, each a window in which one node more is needed. Contracts
 * give up what they no longer hold first, and then those that lack nodes get them in order of their starts, so that
 * whole nodes never run out while counts suffice (decision 0004).
 */
import type { Contract } from "../contracts/contract.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { windowsWhere } from "../schedule/schedule.ts";
import type { DurationMs, EpochMs, Gpus, Window } from "../units.ts";
import { later, latest } from "../units.ts";
import type { Binding, BoundNode } from "./binding.ts";
import { isLive, overlaps } from "./binding.ts";
import { FAR, type SeenNode } from "./seen-node.ts";

export interface BindingProblem {
  readonly pool: string;
  readonly now: EpochMs;
  /** How long before a contract's start its nodes are chosen. */
  readonly ahead: DurationMs;
  /** Live ones. */
  readonly contracts: readonly Contract[];
  /** Of the pool, those of contracts that are over included. */
  readonly bindings: readonly Binding[];
  readonly nodes: readonly SeenNode[];
}

/** A node that a contract needs and does not get. */
export interface Lacking extends Window {
  readonly contract: string;
  readonly fabric: string;
  readonly gpus: Gpus;
}

export interface BindingPlan {
  /** What changes, in the order in which it may be done. */
  readonly bindings: readonly Binding[];
  readonly lacking: readonly Lacking[];
}

/** A node more that a contract needs in a fabric. */
interface Need extends Window {
  readonly fabric: string;
  readonly gpus: Gpus;
}

/** What one plan frees may let the next do better. A bound, should plans ever take turns. */
const MOST_ROUNDS = 8;

/** Planned on until it stays, so that whoever carries it out finds nothing more to do. */
export function planBindings(problem: BindingProblem): BindingPlan {
  const bindings: Binding[] = [];
  let lacking: readonly Lacking[] = [];
  for (let round = 0, left = problem; round < MOST_ROUNDS; round++) {
    const plan = planOnce(left);
    lacking = plan.lacking;
    if (plan.bindings.length === 0) break;
    bindings.push(...plan.bindings);
    left = { ...left, bindings: withBindings(left.bindings, plan.bindings) };
  }
  return { bindings, lacking };
}

function withBindings(before: readonly Binding[], changed: readonly Binding[]): Binding[] {
  const bound = new Map([...before, ...changed].map((each) => [each.contract, each]));
  return [...bound.values()];
}

function planOnce(problem: BindingProblem): BindingPlan {
  const plan = planWith(problem, false);
  if (plan.lacking.length === 0) return plan;
  // What was chosen for later may stand in the way of what begins sooner.
  const anew = planWith(problem, true);
  return anew.lacking.length < plan.lacking.length ? anew : plan;
}

/** @param anew whether nodes that nobody has begun to use are chosen anew */
function planWith(problem: BindingProblem, anew: boolean): BindingPlan {
  const { now, ahead } = problem;
  const due = problem.contracts
    .filter(({ window }) => window.start <= later(now, ahead))
    .toSorted((a, b) => a.window.start - b.window.start || (a.id < b.id ? -1 : 1));
  const plan = new Plan(problem, anew);
  const needs = new Map(due.map((contract) => [contract.id, plan.keep(contract)]));
  const kept = plan.bound;
  for (const [contract, left] of needs) plan.fill(contract, left);
  return { bindings: changesOf(problem, kept, plan.bound), lacking: plan.lacking };
}

type Bound = ReadonlyMap<string, readonly BoundNode[]>;

/** Everything is given up before anything is taken, so that each step is lawful by itself. */
function changesOf({ pool, bindings }: BindingProblem, kept: Bound, wanted: Bound): Binding[] {
  const before = new Map(bindings.map(({ contract, nodes }) => [contract, nodes]));
  const changed = [...wanted].filter(([contract, nodes]) => !isSame(before.get(contract), nodes));
  const givenUp = changed.flatMap(([contract]) => {
    const nodes = kept.get(contract) ?? [];
    return isSame(before.get(contract), nodes) ? [] : [{ contract, pool, nodes }];
  });
  const taken = changed.flatMap(([contract, nodes]) =>
    isSame(kept.get(contract), nodes) ? [] : [{ contract, pool, nodes }],
  );
  return [...givenUp, ...taken];
}

function isSame(a: readonly BoundNode[] = [], b: readonly BoundNode[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

class Plan {
  readonly lacking: Lacking[] = [];
  readonly #problem: BindingProblem;
  readonly #anew: boolean;
  readonly #seen: ReadonlyMap<string, SeenNode>;
  /** GPUs of a node, by fabric. */
  readonly #size: ReadonlyMap<string, Gpus>;
  readonly #next: Map<string, readonly BoundNode[]>;

  constructor(problem: BindingProblem, anew: boolean) {
    this.#problem = problem;
    this.#anew = anew;
    this.#seen = new Map(problem.nodes.map((each) => [each.node, each]));
    this.#size = new Map(problem.nodes.map((each) => [each.fabric, each.gpus]));
    this.#next = new Map(problem.bindings.map(({ contract, nodes }) => [contract, nodes]));
  }

  /** As it is planned so far. */
  get bound(): Bound {
    return new Map(this.#next);
  }

  /** What is bound and still needed stays. @returns what is needed besides */
  keep({ id, placements, window }: Contract): readonly Need[] {
    const { now } = this.#problem;
    const bound = this.#next.get(id) ?? [];
    const kept = bound.filter((each) => !isLive(each, now));
    const free = bound.filter((each) => isLive(each, now)).toSorted(this.#mostUsedFirst);
    const needs = placements
      .flatMap(({ fabric, held }) => this.#layers(fabric, held))
      .toSorted((a, b) => a.start - b.start || b.end - a.end);
    const left: Need[] = [];
    for (const need of needs) {
      // Of what is recalled, its holder may have left early, and the owner be there.
      const isRecalled = need.end < window.end;
      const isGood = (each: BoundNode): boolean =>
        (isRecalled || !this.#isTaken(each.node)) && this.#serves(each, need, kept);
      const at = free.findIndex(isGood);
      const [node] = at < 0 ? [] : free.splice(at, 1);
      if (node === undefined) left.push(need);
      else kept.push(...moved(node, need, now));
    }
    // Down, taken, or no longer held: theirs until now.
    const replaced = free.flatMap((each) => endedBy(each, now));
    this.#next.set(id, inOrder([...kept, ...replaced]));
    return left;
  }

  /** Nodes that nobody has while they are needed; one that is lost stays bound until there is another. */
  fill(contract: string, needs: readonly Need[]): void {
    for (const need of needs) {
      const nodes = this.#next.get(contract) ?? [];
      const found = this.#problem.nodes.find((node) => this.#isFree(node, need));
      if (found !== undefined) {
        this.#next.set(contract, inOrder([...nodes, boundTo(found.node, need)]));
        continue;
      }
      this.lacking.push({ contract, ...need });
      const lost = this.#lost(contract, need);
      if (lost === undefined) continue;
      const others = nodes.filter(({ node, start }) => node !== lost.node || start !== lost.start);
      this.#next.set(contract, inOrder([...others, ...moved(lost, need, this.#problem.now)]));
    }
  }

  readonly #mostUsedFirst = (a: BoundNode, b: BoundNode): number => {
    const [x, y] = [this.#seen.get(a.node)?.inUse ?? 0, this.#seen.get(b.node)?.inUse ?? 0];
    return y - x || b.end - a.end || (a.node < b.node ? -1 : 1);
  };

  /** Windows from now on in which a node more is needed, one for each node. */
  #layers(fabric: string, held: Schedule): Need[] {
    const { now } = this.#problem;
    const size = this.#size.get(fabric);
    if (size === undefined) return [];
    const most = Math.max(0, ...held.steps.map((step) => step.gpus));
    const layers = Array.from(
      { length: Math.floor(most / size) },
      (_, layer) => (layer + 1) * size,
    );
    const always = { start: now, end: FAR };
    return layers.flatMap((least) =>
      windowsWhere(held, always, (value) => value >= least).map(({ start, end }) => {
        return { start, end, fabric, gpus: size };
      }),
    );
  }

  /** One that was bound for this very time, and is there. */
  #serves(each: BoundNode, need: Need, kept: readonly BoundNode[]): boolean {
    if (this.#anew && each.start > this.#problem.now) return false;
    const seen = this.#seen.get(each.node);
    if (seen?.isUp !== true || seen.fabric !== need.fabric || !overlaps(each, need)) return false;
    return !this.#isBound(each.node, need, each, kept);
  }

  #isFree(seen: SeenNode, need: Need): boolean {
    const { node, fabric, isUp, others } = seen;
    if (!isUp || fabric !== need.fabric) return false;
    const window = { start: latest(need.start, this.#problem.now), end: need.end };
    return !others.some((each) => overlaps(each, window)) && !this.#isBound(node, need);
  }

  /** Somebody works on it who is no holder, and no holder does. */
  #isTaken(node: string): boolean {
    const seen = this.#seen.get(node);
    if (seen === undefined || seen.inUse > 0) return false;
    const { now } = this.#problem;
    return seen.others.some(({ start, end }) => start <= now && now < end);
  }

  /** A node of the contract's that is lost, and no other contract's meanwhile: it serves again once it is back. */
  #lost(contract: string, need: Need): BoundNode | undefined {
    const before = this.#problem.bindings.find((each) => each.contract === contract);
    return before?.nodes.find((each) => {
      const isHere = each.fabric === need.fabric && overlaps(each, need);
      const isLost = this.#seen.get(each.node)?.isUp !== true || this.#isTaken(each.node);
      return isLost && isHere && !this.#isBound(each.node, need);
    });
  }

  /** Through any of the window, but for `own`; `besides` is about to be bound. */
  #isBound(
    node: string,
    window: Window,
    own: BoundNode | null = null,
    besides: readonly BoundNode[] = [],
  ): boolean {
    const isIt = (each: BoundNode): boolean =>
      each !== own && each.node === node && overlaps(each, window);
    return besides.some(isIt) || this.#next.values().some((nodes) => nodes.some(isIt));
  }
}

function boundTo(node: string, { fabric, gpus: size, start, end }: Need): BoundNode {
  return { node, fabric, gpus: size, start, end };
}

/** The same node through what is needed of it now: what was stays, and a gap between is nobody's. */
function moved(node: BoundNode, need: Need, now: EpochMs): BoundNode[] {
  if (node.start >= now) return [{ ...node, start: need.start, end: need.end }];
  if (need.start <= now) return [{ ...node, end: need.end }];
  return [{ ...node, end: now }, boundTo(node.node, need)];
}

function endedBy(node: BoundNode, now: EpochMs): BoundNode[] {
  return node.start < now ? [{ ...node, end: now }] : [];
}

function inOrder(nodes: readonly BoundNode[]): readonly BoundNode[] {
  return nodes.toSorted((a, b) => a.start - b.start || (a.node < b.node ? -1 : 1));
}
