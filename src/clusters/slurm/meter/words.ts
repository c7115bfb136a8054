/** Small words of the accounting's questions and answers. */
import type { EpochMs, Window } from "../../../units.ts";
import { unreadable } from "../read/words.ts";

/** What sacctmgr is told to look through: all that overlaps the window. */
export function during({ start, end }: Window): readonly string[] {
  return [`start=${clockTime(start)}`, `end=${clockTime(end)}`];
}

/** UTC, as the tools are told to read it. */
export function clockTime(time: EpochMs): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** The cells of each line. @throws SlurmFault where one has more or fewer */
export function linesOf(what: string, text: string, cells: number): string[][] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const found = line.split("|");
    if (found.length !== cells) throw unreadable(`a line of ${what}`, "whole", line);
    return found;
  });
}
