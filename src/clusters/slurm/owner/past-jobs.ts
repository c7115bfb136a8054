import { hostsOf } from "../read/host-list.ts";
import { countsOfTres } from "../read/gpu-counts.ts";
import { textOrNull, unreadable } from "../read/words.ts";
import type { EpochMs, Window } from "../../../units.ts";
import { gpusOn } from "./gpus-of-job.ts";
import { isMarkets } from "./whose.ts";

const FIELDS = [
  "JobIDRaw",
  "Submit",
  "Eligible",
  "Start",
  "End",
  "ElapsedRaw",
  "AllocTRES",
  "Account",
  "NodeList",
] as const;

/** What a reader of `sacct -P` wants: see `readers/sacct-text.ts`. */
export const HEADER = "JobID|Submit|Start|End|ElapsedRaw|AllocTRES|Account";

/** Asks for all runs of all jobs that wanted or had something in a window; times are read and printed in UTC. */
export function pastJobsCommand({ start, end }: Window): readonly string[] {
  return [
    "sacct",
    "--allusers",
    "--allocations",
    "--duplicates",
    "--parsable2",
    "--noheader",
    `--starttime=${clockTime(start)}`,
    `--endtime=${clockTime(end)}`,
    `--format=${FIELDS.join(",")}`,
  ];
}

function clockTime(time: EpochMs): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** Whose GPUs count, and where. */
export interface PastPlace {
  readonly nodes: ReadonlySet<string>;
  readonly gpuType: string | null;
}

/**
 * The owner's runs on a pool's nodes, as lines below {@link HEADER}. A run has asked for its GPUs since it was eligible, for
 * before that, more GPUs would not have helped it.
 * @param text of {@link pastJobsCommand} @throws SlurmFault
 */
export function pastRows(text: string, place: PastPlace): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => rowOf(line, place) ?? []);
}

function rowOf(line: string, place: PastPlace): string | null {
  const cells = line.split("|");
  if (cells.length !== FIELDS.length) throw unreadable("a line of sacct", "whole", line);
  const [id = "", submit = "", eligible = "", start = "", end = "", ...rest] = cells;
  const [ran = "", tres = "", account = "", nodes = ""] = rest;
  if (isMarkets(account) || textOrNull(tres) === null || !/^\d+$/.test(start)) return null;
  const count = gpusThere(tres, nodes, place);
  if (count === 0) return null;
  const asked = /^\d+$/.test(eligible) ? eligible : submit;
  return [id, asked, start, end, ran, `gres/gpu=${count}`, account].join("|");
}

/** sacct has words of its own for no node. */
function gpusThere(tres: string, nodes: string, place: PastPlace): number {
  if (textOrNull(nodes) === null || nodes.startsWith("None")) return 0;
  const all = hostsOf(nodes);
  const here = all.filter((node) => place.nodes.has(node)).length;
  return gpusOn(countsOfTres(tres), { here, all: all.length }, place.gpuType);
}
