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
  /** Slurm's own number of it: what sacct tells also where it leaves the name out. */
  readonly reservationId: string | null;
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
    "--format=JobIDRaw,Account,Reservation,ReservationId,Start,End,NodeList",
  ];
}

/** @param text of {@link marketRunsCommand} @returns those of the market's accounts that have run @throws SlurmFault */
export function marketRunsOfText(text: string): MarketRun[] {
  return linesOf("sacct", text, 7).flatMap((cells) => {
    const [id = "", account = "", reservation = "", reservationId = "", ...rest] = cells;
    const [begun = "", ended = "", nodes = ""] = rest;
    if (!isMarkets(account)) return [];
    const start = timeOrNull(`Start of job ${id}`, begun);
    if (start === null) return [];
    const end = timeOrNull(`End of job ${id}`, ended);
    const of = {
      reservation: textOrNull(reservation),
      reservationId: textOrNull(reservationId),
    };
    return [{ id, account, ...of, nodes: pastNodes(nodes), start, end }];
  });
}
