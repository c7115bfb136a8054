/**
 * What is kept of a lab in its folder.
 *
 * States: `starting` while a process brings it up; `up`; `remains` where that process, or the lab's first one, ended otherwise.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RECORD } from "./paths.ts";
import type { Tracking } from "./plan.ts";
import { isAlive, type ProcessId } from "./processes.ts";

export interface LabRecord {
  readonly nodes: number;
  readonly tracking: Tracking;
  /** Who brings it up. */
  readonly starter: ProcessId;
  /** The first process of its namespaces: when it ends, all that is in them ends. */
  readonly first: ProcessId | null;
  readonly isUp: boolean;
}

export type LabState = "starting" | "up" | "remains";

export function stateOf({ isUp, starter, first }: LabRecord): LabState {
  if (isUp) return first !== null && isAlive(first) ? "up" : "remains";
  return isAlive(starter) ? "starting" : "remains";
}

/** @returns null where there is no lab */
export function readRecord(dir: string): LabRecord | null {
  try {
    return JSON.parse(readFileSync(join(dir, RECORD), "utf8")) as LabRecord;
  } catch (fault) {
    if (isMissing(fault)) return null;
    throw fault;
  }
}

/** Makes the folder's record, whose being there is the claim to it. @returns false if there is one already */
export function claim(dir: string, record: LabRecord): boolean {
  try {
    writeFileSync(join(dir, RECORD), textOf(record), { flag: "wx" });
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fault;
  }
}

/** Whole or not at all, whoever reads meanwhile. */
export function writeRecord(dir: string, record: LabRecord): void {
  const file = join(dir, RECORD);
  writeFileSync(`${file}.new`, textOf(record));
  renameSync(`${file}.new`, file);
}

function textOf(record: LabRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

function isMissing(fault: unknown): boolean {
  const { code } = fault as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
