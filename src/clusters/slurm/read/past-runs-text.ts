import type { EpochMs, Window } from "../../../units.ts";
import { durationMs } from "../../../units.ts";
import type { SlurmPastRun } from "../seen.ts";
import { countsOfTres } from "./gpu-counts.ts";
import { hostsOf } from "./host-list.ts";
import { countOf, textOrNull, timeOf, timeOrNull, unreadable } from "./words.ts";

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

/** Asks for all runs of all jobs that wanted or had something in a window; times are read and printed in UTC. */
export function pastRunsCommand({ start, end }: Window): readonly string[] {
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

/** @param text of {@link pastRunsCommand} @throws SlurmFault */
export function pastRunsOfText(text: string): SlurmPastRun[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map(runOf);
}

function runOf(line: string): SlurmPastRun {
  const cells = line.split("|");
  if (cells.length !== FIELDS.length) throw unreadable("a line of sacct", "whole", line);
  const [id = "", submit = "", eligible = "", start = "", end = "", ...rest] = cells;
  const [ran = "", tres = "", account = "", nodes = ""] = rest;
  const time = (what: string, text: string): EpochMs | null =>
    timeOrNull(`${what} of job ${id}`, text);
  return {
    id,
    account,
    submit: timeOf(`Submit of job ${id}`, submit),
    eligible: time("Eligible", eligible),
    start: time("Start", start),
    end: time("End", end),
    elapsed: durationMs(countOf(`ElapsedRaw of job ${id}`, ran) * 1_000),
    gpus: countsOfTres(tres),
    nodes: pastNodes(nodes),
  };
}

/** The accounting has words of its own for no node. */
export function pastNodes(text: string): string[] {
  return text.startsWith("None") ? [] : hostsOf(textOrNull(text) ?? "");
}
