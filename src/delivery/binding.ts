import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { EpochMs, Gpus, Window } from "../units.ts";

/** A node that a contract has to itself through the window; deeds are in milliseconds. */
export interface BoundNode extends Window {
  readonly node: string;
  readonly fabric: string;
  readonly gpus: Gpus;
}

/**
 * The nodes of a contract, past ones included, until its last reading is in: meters are read by them. Those that are to
 * come may still be others; those that were are not changed.
 */
export interface Binding {
  readonly contract: string;
  readonly pool: string;
  readonly nodes: readonly BoundNode[];
}

export type Bindings = HashedMap<string, Binding>;

export interface BindNodes {
  readonly type: "bind_nodes";
  readonly binding: Binding;
}

export interface NodesBound {
  readonly type: "nodes_bound";
  readonly binding: Binding;
}

/**
 * The first of these that is true.
 * - `contract_unknown`: it is not live in this pool;
 * - `node_bound_backwards`: of a node, the end is not after the start;
 * - `past_is_bound`: what was bound until now would be another;
 * - `node_taken`: at some time another contract has the node, or this one twice;
 * - `more_than_held`: at some time from now on the nodes of a fabric have more GPUs than the contract holds there.
 */
export type BindingRefusal =
  | "contract_unknown"
  | "node_bound_backwards"
  | "past_is_bound"
  | "node_taken"
  | "more_than_held";

export function nothingBound(hash: StateHash): Bindings {
  return new HashedMap(hash, ({ contract, pool, nodes }) => [
    "binding",
    contract,
    pool,
    ...nodes.flatMap(({ node, fabric, gpus, start, end }) => [node, fabric, gpus, start, end]),
  ]);
}

export function overlaps(a: Window, b: Window): boolean {
  return a.start < b.end && b.start < a.end;
}

/** It is not over. */
export function isLive({ end }: Window, now: EpochMs): boolean {
  return end > now;
}
