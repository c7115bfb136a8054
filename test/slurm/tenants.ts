/** Holders' jobs of several manners, with a heart that beats into a file: when it stopped is when it was killed. */
import { setTimeout as pause } from "node:timers/promises";
import { runInside } from "../../src/labs/slurm/inside.ts";
import type { Lab } from "../../src/labs/slurm/lab.ts";
import { homeOf, type LabUser } from "../../src/labs/slurm/users.ts";
import { assert } from "../../src/units.ts";

/**
 * - `obeys`: ends when it is asked to;
 * - `ignores`: no signal but the last one ends it;
 * - `forks`: it is many, in sessions of their own, and they ignore signals as well.
 */
export type Manner = "obeys" | "ignores" | "forks";

export const MANNERS: readonly Manner[] = ["obeys", "ignores", "forks"];

/** Whoever ignores a signal notes that it came. */
const NOTE = 'trap \'echo "TERM $(date +%s%3N)" >> "$2"\' TERM; trap "" INT HUP USR1';
const IGNORE = 'trap "" TERM INT HUP USR1';
/** Nothing is started for a beat: that would keep the machine busier than what is measured. */
const BEATING =
  'exec 9<> <(:); while :; do now=$EPOCHREALTIME; echo "${now/./}" >> "$1"; read -rt 0.1 -u 9; done';

/** Run by bash with the files of its beats and of its signals. */
const WORK: Readonly<Record<Manner, string>> = {
  obeys: BEATING,
  ignores: `${NOTE}; ${BEATING}`,
  forks: `${NOTE}; for each in 1 2 3; do setsid bash -c '${IGNORE}; ${BEATING}' beats "$1" & done; ${BEATING}`,
};

export interface TenantJob {
  readonly user: LabUser;
  readonly account: string;
  readonly reservation: string | null;
  readonly partition: string;
  readonly nodes: number;
  readonly manner: Manner;
  readonly nodeList?: readonly string[];
}

export interface Submitted {
  readonly id: string;
  /** Of its beats, as seen inside. */
  readonly beats: string;
  /** Of the times at which it was sent SIGUSR2 or SIGTERM, and which. */
  readonly signals: string;
}

/** A holder may be let into an account a moment after the first reservation is there. */
const LET_IN_MS = 15_000;

/** Submits it as soon as its user may. */
export function submitOnceLetIn(lab: Lab, job: TenantJob): Promise<Submitted> {
  const end = performance.now() + LET_IN_MS;
  const submit = (): Promise<Submitted> =>
    submitTenant(lab, job).catch(async (fault: Error) => {
      if (!fault.message.includes("Invalid account") || performance.now() > end) throw fault;
      await pause(200);
      return submit();
    });
  return submit();
}

/** A batch script as Spillway's own is: the work is a step, and the script only notes what it is told. */
export async function submitTenant(lab: Lab, job: TenantJob): Promise<Submitted> {
  const { user, account, reservation, partition, nodes, manner, nodeList } = job;
  const name = `t${process.hrtime.bigint()}`;
  const place = `${homeOf(user)}/${name}`;
  const script = `#!/bin/bash
trap 'echo "USR2 $(date +%s%3N)" >> ${place}.signals' USR2
srun --ntasks-per-node=1 bash -c ${quoted(WORK[manner])} ${name} ${place}.beats ${place}.signals &
until wait; do :; done
while kill -0 $! 2> /dev/null; do wait $!; done
`;
  const words = [
    "sbatch",
    "--parsable",
    "--comment=spillway",
    `--chdir=${homeOf(user)}`,
    `--job-name=${name}`,
    `--account=${account}`,
    `--partition=${partition}`,
    `--nodes=${nodes}`,
    "--gres=gpu:8",
    "--time=60",
    "--output=/dev/null",
    ...(nodeList === undefined ? [] : [`--nodelist=${nodeList.join(",")}`]),
    ...(reservation === null ? [] : [`--reservation=${reservation}`]),
  ];
  const id = await inside(lab, words, { user, input: script });
  return { id, beats: `${place}.beats`, signals: `${place}.signals` };
}

/** The owner's job for some nodes: its first line is the time. */
export async function submitOwners(
  lab: Lab,
  user: LabUser,
  nodes: readonly string[],
): Promise<Submitted> {
  const beats = `${homeOf(user)}/o${process.hrtime.bigint()}`;
  const words = [
    "sbatch",
    "--parsable",
    `--chdir=${homeOf(user)}`,
    "--partition=owner",
    `--nodes=${nodes.length}`,
    `--nodelist=${nodes.join(",")}`,
    "--gres=gpu:8",
    "--time=60",
    "--output=/dev/null",
    `--wrap=date +%s%3N > ${beats}; sleep 0.2`,
  ];
  return { id: await inside(lab, words, { user }), beats, signals: "" };
}

/** The times in a file of beats or signals, none where there is none. */
export async function timesIn(lab: Lab, file: string): Promise<number[]> {
  const { stdout } = await runInside(lab.first, ["sh", "-c", 'cat "$1" 2> /dev/null', "sh", file]);
  // Some are told in microseconds.
  return [...stdout.matchAll(/\d{13}/g)].map(([time]) => Number(time));
}

/** How many processes of a tenant's there are. */
export async function alive(lab: Lab, { beats }: Submitted): Promise<number> {
  // In brackets, so that whoever looks is not found.
  const pattern = beats.replace("/", "[/]");
  const { stdout } = await runInside(lab.first, ["pgrep", "-c", "-f", pattern]);
  return Number(stdout);
}

/** @returns what it printed, trimmed @throws AssertionError with what it said where it failed */
export async function inside(
  lab: Lab,
  command: readonly string[],
  running: Parameters<typeof runInside>[2] = {},
): Promise<string> {
  const { code, stdout, stderr } = await runInside(lab.first, command, running);
  assert(code === 0, `${command[0]} ends well: ${stderr}`);
  return stdout.trim();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
