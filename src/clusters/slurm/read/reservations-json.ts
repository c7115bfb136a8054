import { z } from "zod";
import type { SlurmReservation } from "../seen.ts";
import { hostsOf } from "./host-list.ts";
import { elementsOf, number, text, timeOfSeconds, words } from "./json-fields.ts";
import { textOrNull, unreadable } from "./words.ts";

const reservation = z.object({
  name: z.string(),
  start_time: number,
  end_time: number,
  node_list: text,
  accounts: words,
  users: words,
  flags: words,
  partition: text,
});

/** @param answer of slurmrestd to `/slurm/…/reservations` @throws SlurmFault */
export function reservationsOfJson(answer: unknown): SlurmReservation[] {
  return elementsOf(answer, "reservations", reservation).map((each) => {
    const [start, end] = [timeOfSeconds(each.start_time), timeOfSeconds(each.end_time)];
    if (start === null || end === null) {
      throw unreadable(`the window of reservation ${each.name}`, "two times", "");
    }
    return {
      name: each.name,
      start,
      end,
      nodes: hostsOf(textOrNull(each.node_list) ?? ""),
      accounts: each.accounts,
      users: each.users,
      flags: each.flags.map((flag) => flag.toUpperCase()),
      partition: textOrNull(each.partition),
    };
  });
}
