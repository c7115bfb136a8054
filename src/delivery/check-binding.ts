import type { Contract } from "../contracts/contract.ts";
import { valueAt } from "../schedule/schedule.ts";
import type { EpochMs } from "../units.ts";
import { addGpus, earliest, latest, NO_GPUS } from "../units.ts";
import type { Binding, BindingRefusal, Bindings, BoundNode } from "./binding.ts";
import { isLive, overlaps } from "./binding.ts";

/** Whether these may be the contract's nodes: costs as much as is bound in the pool. @returns why not */
export function checkBinding(
  bindings: Bindings,
  contract: Contract | null,
  binding: Binding,
  now: EpochMs,
): BindingRefusal | null {
  const { nodes, pool } = binding;
  if (contract === null || contract.pool !== pool) return "contract_unknown";
  if (nodes.some(({ start, end }) => start >= end)) return "node_bound_backwards";
  const before = bindings.get(binding.contract)?.nodes ?? [];
  if (pastOf(nodes, now) !== pastOf(before, now)) return "past_is_bound";
  if (isTaken(bindings, binding, now)) return "node_taken";
  return hasTooMany(contract, nodes, now) ? "more_than_held" : null;
}

/** What was bound until now, as a text that is the same for the same past. */
function pastOf(nodes: readonly BoundNode[], now: EpochMs): string {
  const past = nodes
    .filter(({ start }) => start < now)
    .map(({ node, fabric, gpus, start, end }) => {
      return JSON.stringify([node, start, earliest(end, now), fabric, gpus]);
    });
  return past.toSorted().join();
}

function isTaken(bindings: Bindings, { contract, pool, nodes }: Binding, now: EpochMs): boolean {
  const live = nodes.filter((each) => isLive(each, now));
  const others = bindings
    .values()
    .filter((other) => other.pool === pool && other.contract !== contract)
    .flatMap((other) => other.nodes.filter((each) => isLive(each, now)))
    .toArray();
  const byNode = Map.groupBy([...others, ...live], ({ node }) => node);
  return live.some((each) =>
    byNode.get(each.node)?.some((other) => other !== each && overlaps(other, each)),
  );
}

/** What is held changes where the schedule does; what is bound is most where a node begins. */
function hasTooMany({ placements }: Contract, nodes: readonly BoundNode[], now: EpochMs): boolean {
  return [...Map.groupBy(nodes, ({ fabric }) => fabric)].some(([fabric, bound]) => {
    const held = placements.find((each) => each.fabric === fabric)?.held ?? { steps: [] };
    const changes = [...bound.map(({ start }) => start), ...held.steps.map(({ at }) => at)];
    const times = new Set(changes.map((time) => latest(time, now)));
    return [...times].some((time) => {
      const here = bound.filter(({ start, end }) => start <= time && time < end);
      return here.reduce((sum, { gpus }) => addGpus(sum, gpus), NO_GPUS) > valueAt(held, time);
    });
  });
}
