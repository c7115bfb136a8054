import type { SlurmReservation } from "../seen.ts";
import { hostsOf } from "./host-list.ts";
import { linesThatBegin, readOneLine } from "./one-line.ts";
import { listOf, textOrNull, timeOf } from "./words.ts";

export const RESERVATIONS_COMMAND = ["scontrol", "-o", "show", "reservations"] as const;

/** @param text of `scontrol -o show reservations` @throws SlurmFault */
export function reservationsOfText(text: string): SlurmReservation[] {
  return linesThatBegin(text, "ReservationName").map((line) => reservationOf(readOneLine(line)));
}

function reservationOf(fields: ReadonlyMap<string, string>): SlurmReservation {
  const at = (field: string): string => fields.get(field) ?? "";
  const name = at("ReservationName");
  return {
    name,
    start: timeOf(`the start of reservation ${name}`, at("StartTime")),
    end: timeOf(`the end of reservation ${name}`, at("EndTime")),
    nodes: hostsOf(textOrNull(at("Nodes")) ?? ""),
    accounts: listOf(at("Accounts")),
    users: listOf(at("Users")),
    flags: listOf(at("Flags")),
    partition: textOrNull(at("PartitionName")),
  };
}
