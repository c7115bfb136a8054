/** What is to be seen of a Slurm, whichever way it was read. Times are of slurmctld's clock. */
import type { DurationMs, EpochMs, Gpus } from "../../units.ts";

/** GPUs, and how many of them are known to be of which type (`h100`); without types, the record is empty. */
export interface GpuCounts {
  readonly total: Gpus;
  readonly byType: Readonly<Record<string, Gpus>>;
}

export interface SlurmNode {
  readonly name: string;
  /** In capitals: IDLE, MIXED, ALLOCATED, DOWN… */
  readonly state: string;
  /** In capitals: DRAIN, NOT_RESPONDING, MAINTENANCE, RESERVED, COMPLETING… */
  readonly flags: readonly string[];
  /** Those that are active. */
  readonly features: readonly string[];
  readonly partitions: readonly string[];
  /** Configured, whatever the state. */
  readonly gpus: GpuCounts;
  /** Given to jobs, whoever's. */
  readonly gpusInUse: GpuCounts;
  /** Why it is down or drained; null: nobody said. */
  readonly reason: string | null;
}

/** A switch with nodes right below it, or a block of the block topology. */
export interface SlurmLeaf {
  readonly name: string;
  readonly nodes: readonly string[];
}

export interface SlurmJob {
  /** Slurm's own number, unique among all jobs, tasks of arrays included. */
  readonly id: string;
  /** The array of which it is a task, or whose waiting tasks it stands for; null: none. */
  readonly array: string | null;
  /** How many jobs this entry stands for: an array's tasks wait in one. */
  readonly tasks: number;
  /** How many of the array's tasks may run at a time; null: any. */
  readonly mostTasks: number | null;
  readonly name: string;
  readonly user: string;
  readonly account: string;
  /** More than one while it may start in any of them. */
  readonly partitions: readonly string[];
  /** In capitals: PENDING, RUNNING, COMPLETING… */
  readonly state: string;
  /** Why it waits, in Slurm's own word. */
  readonly reason: string;
  /** Nobody lets it start. */
  readonly isHeld: boolean;
  /** Of one task: given to it where it runs, asked for where it waits. */
  readonly gpus: GpuCounts;
  /** It has, or wants, its nodes alone: with all GPUs of theirs. */
  readonly isExclusive: boolean;
  readonly nodeCount: number;
  /** None while it waits. */
  readonly nodes: readonly string[];
  /** Null: none. */
  readonly timeLimit: DurationMs | null;
  readonly submit: EpochMs;
  /** From when nothing but a want of resources keeps it; null: held, or waiting for another job. */
  readonly eligible: EpochMs | null;
  /** When it started, or is expected to; null: not foreseen. */
  readonly start: EpochMs | null;
  /** When its limit ends it; null: no start, or no limit. */
  readonly end: EpochMs | null;
  readonly reservation: string | null;
}

export interface SlurmReservation {
  readonly name: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly nodes: readonly string[];
  readonly accounts: readonly string[];
  readonly users: readonly string[];
  /** In capitals: MAINT, IGNORE_JOBS… */
  readonly flags: readonly string[];
  readonly partition: string | null;
}

/** A run of a job as the accounting remembers it; a job that was requeued had several. */
export interface SlurmPastRun {
  readonly id: string;
  readonly account: string;
  readonly submit: EpochMs;
  readonly eligible: EpochMs | null;
  /** Null: it never started. */
  readonly start: EpochMs | null;
  /** Null: it goes on. */
  readonly end: EpochMs | null;
  readonly elapsed: DurationMs;
  /** Given to it. */
  readonly gpus: GpuCounts;
  readonly nodes: readonly string[];
}

/** slurmctld's own account of itself. */
export interface SlurmController {
  readonly cluster: string;
  /** `22.05.8` */
  readonly version: string;
  /** When it answered, by its own clock, in whole seconds. */
  readonly at: EpochMs;
  /** What it shows to operators alone: jobs, nodes, reservations… */
  readonly privateData: readonly string[];
  readonly slurmUser: string | null;
}

/** What the user who asks may do. */
export type SlurmLevel = "none" | "operator" | "administrator";

/** A picture of a cluster. Its parts were asked for at the same time: they may lie fractions of a second apart. */
export interface SlurmSeen {
  /** By this machine's clock, when it was asked for. */
  readonly at: EpochMs;
  readonly tookMs: number;
  /** slurmctld's clock − this one; Slurm tells whole seconds, so less than a second means nothing. */
  readonly clockOffsetMs: number;
  readonly controller: SlurmController;
  readonly nodes: readonly SlurmNode[];
  readonly leaves: readonly SlurmLeaf[];
  readonly jobs: readonly SlurmJob[];
  readonly reservations: readonly SlurmReservation[];
}
