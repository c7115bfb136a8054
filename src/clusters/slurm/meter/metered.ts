import type { BoundNode } from "../../../delivery/binding.ts";
import type { MeterReading, MeterRequest } from "../../../ports.ts";
import type { DurationMs, EpochMs, Window } from "../../../units.ts";
import { earlier, gpusOver } from "../../../units.ts";
import { contractOf } from "../delivery/names.ts";
import type { MarketRun } from "./market-runs-text.ts";
import type { Outage } from "./outages-text.ts";
import type { Reserved } from "./reserved-text.ts";
import { lengthOf, unionOf, within, without } from "./windows.ts";

/** What the accounting remembers of a while. */
export interface Remembered {
  readonly outages: readonly Outage[];
  readonly reserved: readonly Reserved[];
  readonly runs: readonly MarketRun[];
  /** How long a node may have been silent before it was set down. */
  readonly silence: DurationMs;
}

/**
 * What a contract had of its nodes: while they were in its reservation or a job of its ran on them, and were not out.
 * However often something stands in the accounting, each instant of a node counts once.
 */
export function metered(
  pool: string,
  { contract, from, to, heldGpuMs, nodes }: MeterRequest,
  remembered: Remembered,
): MeterReading {
  const own = (reservation: string | null): boolean => isOf(pool, contract, reservation);
  const reserved = remembered.reserved.filter(({ reservation }) => own(reservation));
  const runs = remembered.runs.filter(({ reservation }) => own(reservation));
  const had = (node: BoundNode): Window[] => {
    const [bound] = within([node], { start: from, end: to });
    if (bound === undefined) return [];
    const held = within(timesOn([...reserved, ...runs], node.node, to), bound);
    return without(held, outagesOf(remembered, node.node, to));
  };
  const gpuMs = nodes.reduce((sum, node) => sum + gpusOver(node.gpus, lengthOf(had(node))), 0);
  return { contract, from, to, gpuMs: Math.min(gpuMs, heldGpuMs) };
}

/** Nodes that a contract gets later are in reservations of its own, with a `+` in the name. */
export function isOf(pool: string, contract: string, reservation: string | null): boolean {
  return contractOf(pool, reservation ?? "")?.split("+")[0] === contract;
}

interface OnNodes {
  readonly nodes: readonly string[];
  readonly start: EpochMs;
  readonly end: EpochMs | null;
}

/** @param to nobody asks for what is later */
export function timesOn(all: readonly OnNodes[], node: string, to: EpochMs): Window[] {
  const here = all.filter(({ nodes }) => nodes.includes(node));
  return unionOf(here.map(({ start, end }) => ({ start, end: end ?? to })));
}

/** A node that was set down for its silence has been silent for that long: what nobody can show to have served isn't billed. */
function outagesOf({ outages, silence }: Remembered, node: string, to: EpochMs): Window[] {
  const own = outages.filter((each) => each.node === node);
  return unionOf(
    own.map(({ start, end, isSilent }) => ({
      start: isSilent ? earlier(start, silence) : start,
      end: end ?? to,
    })),
  );
}
