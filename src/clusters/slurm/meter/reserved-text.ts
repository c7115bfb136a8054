import type { EpochMs, Window } from "../../../units.ts";
import { hostsOf } from "../read/host-list.ts";
import { textOrNull, timeOf, timeOrNull } from "../read/words.ts";
import { during, linesOf } from "./words.ts";

/** A reservation as it was for a while: where its nodes or its times were changed, the accounting begins another. */
export interface Reserved {
  readonly reservation: string;
  /** Slurm's own number of it. */
  readonly id: string;
  readonly nodes: readonly string[];
  readonly start: EpochMs;
  /** Of what goes on, when it is planned to end; null: never. */
  readonly end: EpochMs | null;
}

export function reservedCommand(cluster: string, window: Window): readonly string[] {
  const format = "format=name,id,start,end,nodenames";
  return [
    "sacctmgr",
    "-nP",
    "show",
    "reservation",
    `cluster=${cluster}`,
    ...during(window),
    format,
  ];
}

/** @param text of {@link reservedCommand} @throws SlurmFault */
export function reservedOfText(text: string): Reserved[] {
  return linesOf("sacctmgr's reservations", text, 5).map(
    ([reservation = "", id = "", start = "", end = "", nodes = ""]) => ({
      reservation,
      id,
      nodes: hostsOf(textOrNull(nodes) ?? ""),
      start: timeOf(`the start of reservation ${reservation}`, start),
      end: timeOrNull(`the end of reservation ${reservation}`, end),
    }),
  );
}
