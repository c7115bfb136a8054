import type { Gpus } from "../../../units.ts";
import { MINUTE_MS } from "../../../units.ts";
import type { DurationMs } from "../../../units.ts";
import type { JobRequest } from "../../../ports.ts";
import { COMMENT_MARK } from "../delivery/notices.ts";

/** Where a job is to run, and how it is called there. */
export interface Submission {
  readonly slurmName: string;
  readonly account: string;
  readonly reservation: string;
  readonly partition: string;
  readonly gpuType: string | null;
  readonly home: string;
  readonly nodes: number;
  readonly excluded: readonly string[];
  readonly gpusPerNode: Gpus;
  /** It gets its nodes alone, with all they have. */
  readonly isWhole: boolean;
  /** In whole minutes, as Slurm counts it. */
  readonly timeLimit: DurationMs;
}

/** The words for sbatch, which reads the script on standard input. */
export function sbatchWords(
  where: Submission,
  { tasks, cpusPerTask, memoryGibPerNode }: JobRequest,
): string[] {
  const gres = where.gpuType === null ? "gpu" : `gpu:${where.gpuType}`;
  return [
    "--parsable",
    `--job-name=${where.slurmName}`,
    `--comment=${COMMENT_MARK}`,
    `--account=${where.account}`,
    `--partition=${where.partition}`,
    `--reservation=${where.reservation}`,
    `--nodes=${where.nodes}`,
    ...(where.excluded.length === 0 ? [] : [`--exclude=${where.excluded.join(",")}`]),
    // With fewer tasks than nodes, sbatch would take as few nodes.
    `--ntasks=${Math.max(tasks ?? 0, where.nodes)}`,
    `--gres=${gres}:${where.gpusPerNode}`,
    ...(where.isWhole ? ["--exclusive"] : []),
    ...(cpusPerTask === null ? [] : [`--cpus-per-task=${cpusPerTask}`]),
    ...memoryWords(where, memoryGibPerNode),
    `--time=${where.timeLimit / MINUTE_MS}`,
    `--chdir=${where.home}`,
    `--output=${logFile(where.home, "%j")}`,
    "--no-requeue",
    // Neither the environment nor the limits of who submits, which is Spillway.
    "--export=NONE",
    "--propagate=NONE",
  ];
}

/** 0 is all that a node has. */
function memoryWords({ isWhole }: Submission, gib: number | null): string[] {
  if (gib !== null) return [`--mem=${gib}G`];
  return isWhole ? ["--mem=0"] : [];
}

/** @param job its number, or Slurm's sign for it */
export function logFile(home: string, job: string): string {
  return `${home}/spillway-${job}.log`;
}
