import { isMarkets } from "../owner/whose.ts";
import { pastNodes } from "../read/past-runs-text.ts";
import { textOrNull, timeOrNull } from "../read/words.ts";
import type { EpochMs, Window } from "../../../units.ts";
import { clockTime, linesOf } from "./words.ts";

/**
 * A holder's job on nodes. One that has given some back is there twice: with all its nodes until then, and with the rest
 * from its very beginning, so that what is summed over both counts the first part of the rest twice.
 */
export interface MarketRun {
  readonly id: string;
  readonly account: string;
  readonly reservation: string | null;
  readonly nodes: readonly string[];
  readonly start: EpochMs;
  /** Null: it goes on. */
  readonly end: EpochMs | null;
}

export function marketRunsCommand(cluster: string, { start, end }: Window): readonly string[] {
  return [
    "sacct",
    "--allusers",
    "--allocations",
    "--duplicates",
    "--parsable2",
    "--noheader",
    `--clusters=${cluster}`,
    `--starttime=${clockTime(start)}`,
    `--endtime=${clockTime(end)}`,
    "--format=JobIDRaw,Account,Reservation,Start,End,NodeList",
  ];
}

/** @param text of {@link marketRunsCommand} @returns those of the market's accounts that have run @throws SlurmFault */
export function marketRunsOfText(text: string): MarketRun[] {
  return linesOf("sacct", text, 6).flatMap((cells) => {
    const [id = "", account = "", reservation = "", begun = "", ended = "", nodes = ""] = cells;
    if (!isMarkets(account)) return [];
    const start = timeOrNull(`Start of job ${id}`, begun);
    if (start === null) return [];
    const end = timeOrNull(`End of job ${id}`, ended);
    const own = { reservation: textOrNull(reservation), nodes: pastNodes(nodes) };
    return [{ id, account, ...own, start, end }];
  });
}
