/** Pictures of a small cluster, made by hand: two fabrics of two nodes with eight GPUs each. */
import { durationMs, epochMs, type EpochMs, gpus, HOUR_MS } from "../../../units.ts";
import type { SlurmJob, SlurmNode, SlurmReservation, SlurmSeen } from "../seen.ts";
import type { SlurmPool } from "./pool.ts";

/** A quarter past ten on a day in 2026. */
export const NOW = epochMs(Date.UTC(2026, 2, 2, 10, 15, 30));

export function inHours(hours: number): EpochMs {
  return epochMs(NOW + hours * HOUR_MS);
}

export const POOL: SlurmPool = {
  id: "h100",
  partitions: ["owner"],
  marketPartition: "market",
  gpuType: "h100",
  fabrics: { by: "topology" },
};

export function nodeOf(name: string, change: Partial<SlurmNode> = {}): SlurmNode {
  return {
    name,
    state: "IDLE",
    flags: [],
    features: [],
    partitions: ["owner", "market"],
    gpus: { total: gpus(8), byType: { h100: gpus(8) } },
    gpusInUse: { total: gpus(0), byType: {} },
    reason: null,
    ...change,
  };
}

/** Running on n1 with all of its GPUs since an hour ago, for four hours. */
export function jobOf(change: Partial<SlurmJob> = {}): SlurmJob {
  return {
    id: "1",
    array: null,
    tasks: 1,
    mostTasks: null,
    name: "train",
    user: "ada",
    account: "training",
    partitions: ["owner"],
    state: "RUNNING",
    reason: "None",
    isHeld: false,
    gpus: { total: gpus(8), byType: { h100: gpus(8) } },
    isExclusive: false,
    nodeCount: 1,
    nodes: ["n1"],
    timeLimit: durationMs(4 * HOUR_MS),
    submit: inHours(-2),
    eligible: inHours(-2),
    start: inHours(-1),
    end: inHours(3),
    reservation: null,
    ...change,
  };
}

/** The same job, waiting for GPUs. */
export function waitingOf(change: Partial<SlurmJob> = {}): SlurmJob {
  return jobOf({
    state: "PENDING",
    reason: "Resources",
    nodes: [],
    start: null,
    end: null,
    ...change,
  });
}

export function reservationOf(change: Partial<SlurmReservation> = {}): SlurmReservation {
  return {
    name: "run",
    start: inHours(2),
    end: inHours(8),
    nodes: ["n1", "n2"],
    accounts: ["training"],
    users: [],
    flags: ["SPEC_NODES"],
    partition: null,
    ...change,
  };
}

export function seenOf(change: Partial<SlurmSeen> = {}): SlurmSeen {
  return {
    at: NOW,
    tookMs: 1,
    clockOffsetMs: 0,
    controller: {
      cluster: "c",
      version: "22.05.8",
      at: NOW,
      privateData: [],
      slurmUser: "slurm",
    },
    nodes: ["n1", "n2", "n3", "n4"].map((name) => nodeOf(name)),
    leaves: [
      { name: "a", nodes: ["n1", "n2"] },
      { name: "b", nodes: ["n3", "n4"] },
    ],
    jobs: [],
    reservations: [],
    ...change,
  };
}
