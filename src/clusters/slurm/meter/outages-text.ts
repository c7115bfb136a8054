import type { EpochMs, Window } from "../../../units.ts";
import { countOf, timeOf, timeOrNull } from "../read/words.ts";
import { during, linesOf } from "./words.ts";

/** A time in which a node took no work, as the accounting remembers it. */
export interface Outage {
  readonly node: string;
  readonly start: EpochMs;
  /** Null: it goes on. */
  readonly end: EpochMs | null;
  /** It was found not to answer, and may have been silent for a while before. */
  readonly isSilent: boolean;
}

/**
 * Asks for what befell a cluster's nodes. The reason isn't asked for: whoever gives one may write anything into it.
 *
 * slurmctld writes a node's *drain* down only once no job is on it any more: until then its jobs go on, and so does the
 * meter. A slurmctld that is itself down leaves nothing here: nodes go on working without it.
 */
export function outagesCommand(cluster: string, window: Window): readonly string[] {
  const format = "format=nodename,timestart,timeend,stateraw";
  const which = ["event=node", `clusters=${cluster}`, ...during(window)];
  return ["sacctmgr", "-nP", "show", "event", ...which, format];
}

/** @param text of {@link outagesCommand} @throws SlurmFault */
export function outagesOfText(text: string): Outage[] {
  return linesOf("sacctmgr's events", text, 4).flatMap(([node = "", start = "", end = "", raw]) => {
    const state = countOf(`the state of node ${node}`, raw ?? "");
    // Cluster-wide events have no node.
    if (node === "" || servesStill(state)) return [];
    const what = `an event of node ${node}`;
    const isSilent = (state & NO_RESPOND) !== 0;
    return [{ node, start: timeOf(what, start), end: timeOrNull(what, end), isSilent }];
  });
}

/** As slurm.h has a node's state: the lowest four bits are one of these, and the others flags. */
const BASE = 0xf;
const [IDLE, ALLOCATED, MIXED] = [2, 3, 5];
const DRAIN = 1 << 9;
const NO_RESPOND = 1 << 11;
const FAIL = 1 << 13;

/** Its word doesn't say: what is down and drained is called DRAIN. A node that is powered down wakes up for work. */
function servesStill(state: number): boolean {
  const isUp = [IDLE, ALLOCATED, MIXED].includes(state & BASE);
  return isUp && (state & (DRAIN | FAIL)) === 0;
}
