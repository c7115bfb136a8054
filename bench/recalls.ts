/**
 * How soon after the end of a notice does the owner's job run?
 *
 * On a real Slurm, tenants on two nodes each: some end when asked, some ignore every signal but the last, some fork into
 * sessions of their own. The owner's job waits for both nodes, or for one. Beside Spillway's recall stand Slurm's own ways
 * to give notice, with the same notice and the same tuned intervals: preemption with GraceTime, and with GraceTime=0 and
 * KillWait as long as the notice. Two labs, since KillWait is of a whole cluster: one half of each is Spillway's, and the
 * other Slurm's, all at the same time.
 *
 * Printed: from the end of the notice to the first line of the owner's job, and what must not be: a tenant that was ended
 * before its time, or lives after.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { takeDown } from "../src/labs/slurm/lab.ts";
import { type Manner, MANNERS } from "../test/slurm/tenants.ts";
import { count, table } from "./markdown.ts";
import {
  type Extent,
  openGrace,
  openKillWait,
  type Side,
  type Taken,
  type Trial,
} from "./recalls-sides.ts";

const { values } = parseArgs({
  options: {
    recalls: { type: "string", default: "200" },
    notice: { type: "string", default: "3" },
  },
});
const RECALLS = Number(values.recalls);
const NOTICE_MS = Number(values.notice) * 1_000;
/** Slurm's ways take several times as long. */
const TURNS = 3;
const STUBBORN: readonly Manner[] = ["ignores", "forks"];
const EXTENTS: readonly Extent[] = ["full", "partial"];
/** A beat is a tenth of a second, on a machine that may be busy. */
const BEAT_MS = 400;

type Measured = Trial & Taken;

const root = mkdtempSync(join(tmpdir(), "spillway-recalls-"));
const [first, second] = [join(root, "first"), join(root, "second")];
const measured = {
  spillway: new Array<Measured>(),
  grace: new Array<Measured>(),
  kill: new Array<Measured>(),
};

try {
  const grace = await openGrace(first, NOTICE_MS);
  const kill = await openKillWait(second, NOTICE_MS);
  for (let round = 0; measured.spillway.length < RECALLS; round++) {
    const stubborn = trialOf(round, STUBBORN);
    await Promise.all([
      spillwayTurns(grace.spillway, 2 * round),
      spillwayTurns(kill.spillway, 2 * round + 1),
      turn(grace.slurm, stubborn, measured.grace),
      turn(kill.slurm, stubborn, measured.kill),
    ]);
    const last = measured.spillway.slice(-2 * TURNS).map(({ began }) => began);
    const done = `${measured.spillway.length} of ${RECALLS} recalls`;
    process.stderr.write(`${done}: ${last.join(", ")} ms\n`);
  }
  await Promise.all([grace.stop(), kill.stop()]);
  print([...grace.faults, ...kill.faults]);
} finally {
  await takeDown(first);
  await takeDown(second);
  rmSync(root, { recursive: true, force: true });
}

async function spillwayTurns(side: Side, from: number): Promise<void> {
  for (let index = 0; index < TURNS; index++) {
    await turn(side, trialOf(from * TURNS + index, MANNERS), measured.spillway);
  }
}

async function turn(side: Side, trial: Trial, into: Measured[]): Promise<void> {
  into.push({ ...trial, ...(await side(trial)) });
}

function trialOf(index: number, manners: readonly Manner[]): Trial {
  return {
    manner: manners[index % manners.length] ?? "ignores",
    extent: EXTENTS[Math.floor(index / manners.length) % EXTENTS.length] ?? "full",
  };
}

function print(faults: readonly string[]): void {
  const { spillway, grace, kill } = measured;
  const rows = [
    ...MANNERS.flatMap((manner) =>
      EXTENTS.map((extent) =>
        row(
          `Spillway, ${extent}, ${manner}`,
          spillway.filter((each) => each.manner === manner && each.extent === extent),
        ),
      ),
    ),
    row("**Spillway, all**", spillway),
    row("Spillway, ignores or forks", spillway.filter(isStubborn)),
    row(`GraceTime=${NOTICE_MS / 1_000}, ignores or forks`, grace),
    row(`GraceTime=0, KillWait=${NOTICE_MS / 1_000}, ignores or forks`, kill),
  ];
  const head = [
    "from the end of the notice, ms",
    "recalls",
    "p50",
    "p99",
    "most",
    "ended early",
    "survivors",
  ];
  process.stdout.write(`${table(head, rows)}\n`);
  const own = p99(spillway.filter(isStubborn));
  process.stdout.write(
    `\np99 of GraceTime is ${(p99(grace) / own).toFixed(1)} × Spillway's (to reach: 5), of KillWait ${(p99(kill) / own).toFixed(1)} × (to reach: 2).\n`,
  );
  for (const fault of new Set(faults)) process.stdout.write(`\nA fault meanwhile: ${fault}\n`);
}

function isStubborn({ manner }: Measured): boolean {
  return STUBBORN.includes(manner);
}

function row(name: string, all: readonly Measured[]): string[] {
  const early = all.filter(({ lastBeat }) => lastBeat < -BEAT_MS).length;
  const survivors = all.reduce((sum, each) => sum + each.survivors, 0);
  const began = all.map((each) => each.began);
  return [
    name,
    count(all.length),
    count(Math.round(quantile(began, 0.5))),
    count(Math.round(p99(all))),
    count(Math.round(Math.max(...began))),
    count(early),
    count(survivors),
  ];
}

function p99(all: readonly Measured[]): number {
  return quantile(
    all.map(({ began }) => began),
    0.99,
  );
}

/** The least value that is at least as large as such a share of them. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
