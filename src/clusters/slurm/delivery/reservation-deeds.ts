import type { EpochMs } from "../../../units.ts";
import type { SlurmReservation } from "../seen.ts";
import type { Hold } from "./holds.ts";
import { contractOf } from "./names.ts";

/** What is to be done to a reservation. */
export type ReservationDeed =
  | { readonly type: "delete"; readonly reservation: string }
  | { readonly type: "create"; readonly hold: Hold }
  | { readonly type: "change"; readonly hold: Hold; readonly settings: readonly string[] };

/**
 * What makes the pool's reservations what they should be, in the order in which it is possible: nodes come free before
 * they are taken. Reservations of others are not looked at.
 */
export function reservationDeeds(
  pool: string,
  holds: readonly Hold[],
  there: readonly SlurmReservation[],
  now: EpochMs,
): ReservationDeed[] {
  const own = new Map(there.filter(({ name }) => contractOf(pool, name) !== null).map(byName));
  const wanted = new Set(holds.map(({ reservation }) => reservation));
  const deletes = [...own.keys()]
    .filter((name) => !wanted.has(name))
    .map((reservation) => ({ type: "delete", reservation }) as const);
  const others = holds.flatMap((hold) => deedsOf(hold, own.get(hold.reservation), now));
  return [
    ...deletes,
    ...others.filter((deed) => gives(deed, own)),
    ...others.filter((deed) => !gives(deed, own)),
  ];
}

function byName(each: SlurmReservation): readonly [string, SlurmReservation] {
  return [each.name, each];
}

function deedsOf(hold: Hold, there: SlurmReservation | undefined, now: EpochMs): ReservationDeed[] {
  if (there === undefined) return [{ type: "create", hold }];
  const settings = [
    ...(sameNodes(there.nodes, hold.nodes) ? [] : [`Nodes=${hold.nodes.join(",")}`]),
    // The start of what has begun is past, and can't be set.
    ...(hold.start <= now || there.start === hold.start
      ? []
      : [`StartTime=${slurmTime(hold.start)}`]),
    ...(there.end === hold.end ? [] : [`EndTime=${slurmTime(hold.end)}`]),
    ...(there.accounts.join(",") === hold.account ? [] : [`Accounts=${hold.account}`]),
  ];
  return settings.length === 0 ? [] : [{ type: "change", hold, settings }];
}

function sameNodes(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}

/** It takes nothing that it hasn't: it only gives nodes or time back. */
function gives(deed: ReservationDeed, own: ReadonlyMap<string, SlurmReservation>): boolean {
  if (deed.type !== "change") return false;
  const { hold } = deed;
  const there = own.get(hold.reservation);
  return (
    there !== undefined &&
    hold.end <= there.end &&
    hold.nodes.every((node) => there.nodes.includes(node))
  );
}

/** The words for scontrol. @param partition in which the holders' jobs run */
export function scontrolWords(
  deed: ReservationDeed,
  partition: string,
  now: EpochMs,
): readonly string[] {
  switch (deed.type) {
    case "delete":
      return ["delete", `ReservationName=${deed.reservation}`];
    case "change":
      return ["update", `ReservationName=${deed.hold.reservation}`, ...deed.settings];
    case "create":
      break;
  }
  const { reservation, account, nodes, start, end } = deed.hold;
  return [
    "create",
    "reservation",
    `ReservationName=${reservation}`,
    // Slurm refuses a start that is past, though it be by a second.
    `StartTime=${start <= now ? "now" : slurmTime(start)}`,
    `EndTime=${slurmTime(end)}`,
    `Nodes=${nodes.join(",")}`,
    `Accounts=${account}`,
    `PartitionName=${partition}`,
    // The holder before may run there until the very start, with a job whose limit goes past it.
    "Flags=IGNORE_JOBS",
  ];
}

export function sentenceOf(deed: ReservationDeed): string {
  if (deed.type === "delete") return `reservation ${deed.reservation} is deleted`;
  const { reservation, nodes, end } = deed.hold;
  if (deed.type === "change") {
    return `reservation ${reservation} is changed: ${deed.settings.join(" ")}`;
  }
  return `reservation ${reservation} is made on ${nodes.join(",")} until ${slurmTime(end)}`;
}

/** UTC, as the tools are told to read it. */
function slurmTime(time: EpochMs): string {
  return new Date(time).toISOString().slice(0, 19);
}
