/** A lab's life: up, its state, down. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { assert, epochMs } from "../../units.ts";
import { writeClusterFile } from "./cluster-file.ts";
import { removeControlGroups } from "./control-groups.ts";
import { type Step, stepsOf } from "./daemons.ts";
import { furnish } from "./folder.ts";
import { writeHistory } from "./history.ts";
import { runInside } from "./inside.ts";
import { LabError } from "./lab-error.ts";
import { closeNamespaces, openNamespaces } from "./namespaces.ts";
import { type LabPlan, planOf } from "./plan.ts";
import { type ProcessId, processId } from "./processes.ts";
import { claim, type LabRecord, readRecord, stateOf, writeRecord } from "./record.ts";
import { refuseWithoutRequirements, trackingHere } from "./requirements.ts";

/** A lab that is up. */
export interface Lab {
  readonly plan: LabPlan;
  readonly first: ProcessId;
}

export interface Starting {
  /** Told as each step begins. */
  readonly progress?: (step: string) => void;
  /** When it fires, what was begun is taken away again. */
  readonly signal?: AbortSignal;
}

/** A thousand nodes take a minute on two cores. */
const MOST_STEP_MS = 300_000;
/** Characters of a log that are shown. */
const MOST_LOG = 1_500;

/** @returns null if it is not up @throws LabError if the folder cannot be read as a lab's */
export function labAt(dir: string): Lab | null {
  const record = readRecord(dir);
  if (record === null || stateOf(record) !== "up") return null;
  assert(record.first !== null, "a lab that is up has a first process");
  return { plan: planOf(dir, record.nodes, record.tracking), first: record.first };
}

/**
 * Brings up a lab in a folder that is its own.
 * @param dir absolute; it is new or empty, or holds what is left of a lab that ended otherwise than by `takeDown`
 * @throws LabError; nothing is left of it then
 */
export async function bringUp(dir: string, nodes: number, starting: Starting = {}): Promise<Lab> {
  refuseWithoutRequirements();
  await makeRoom(dir);
  const plan = planOf(dir, nodes, trackingHere());
  const record = claimed(plan, nodes);
  try {
    const first = await start(plan, record, starting);
    return { plan, first };
  } catch (fault) {
    await takeDown(dir);
    throw starting.signal?.aborted === true
      ? new LabError("failed", "interrupted: nothing is left of the lab", { cause: fault })
      : fault;
  }
}

/** Takes away all of a lab, whatever state it is in. @returns false if there was none */
export async function takeDown(dir: string): Promise<boolean> {
  const record = readRecord(dir);
  if (record === null) return false;
  if (record.first !== null) await closeNamespaces(record.first);
  await removeControlGroups(planOf(dir, record.nodes, record.tracking));
  rmSync(dir, { recursive: true, force: true });
  return true;
}

async function makeRoom(dir: string): Promise<void> {
  if (!existsSync(dirname(dir))) throw new LabError("refused", `${dirname(dir)} is not there`);
  const record = readRecord(dir);
  if (record === null) {
    refuseForeign(dir);
    mkdirSync(dir, { recursive: true });
    return;
  }
  const state = stateOf(record);
  if (state === "up") throw new LabError("refused", `a lab is up in ${dir} already`);
  if (state === "starting") throw new LabError("refused", startedBy(dir, record));
  await takeDown(dir);
  mkdirSync(dir);
}

function startedBy(dir: string, { starter }: LabRecord): string {
  return `a lab is being brought up in ${dir} by process ${starter.pid}`;
}

function refuseForeign(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return;
  throw new LabError("refused", `${dir} holds something else: a lab wants a folder of its own`);
}

function claimed(plan: LabPlan, nodes: number): LabRecord {
  const starter = processId(process.pid);
  assert(starter !== null, "this process is there");
  const record = { nodes, tracking: plan.tracking, starter, first: null, isUp: false };
  if (!claim(plan.dir, record)) {
    throw new LabError("refused", `another process brings a lab up in ${plan.dir}`);
  }
  return record;
}

async function start(plan: LabPlan, record: LabRecord, starting: Starting): Promise<ProcessId> {
  const { progress = () => {}, signal } = starting;
  progress("namespaces");
  furnish(plan);
  const first = await openNamespaces(plan.dir, (opened) =>
    writeRecord(plan.dir, { ...record, first: opened }),
  );
  for (const step of stepsOf(plan)) {
    signal?.throwIfAborted();
    progress(step.name);
    await carryOut({ plan, first }, step, signal);
  }
  writeHistory(plan, epochMs(Date.now()));
  writeClusterFile(plan.dir, first);
  writeRecord(plan.dir, { ...record, first, isUp: true });
  return first;
}

async function carryOut(
  { plan, first }: Lab,
  { name, script, log }: Step,
  signal: AbortSignal | undefined,
): Promise<void> {
  const running = { mostMs: MOST_STEP_MS, ...(signal && { signal }) };
  const { code, stdout, stderr } = await runInside(first, ["sh", "-ec", script], running);
  if (code === 0) return;
  const said = [stdout, stderr, endOf(join(plan.dir, log))].map((text) => text.trim());
  throw new LabError("failed", `${name} did not start (code ${code}):\n${said.join("\n")}`);
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, "utf8").slice(-MOST_LOG) : "";
}
