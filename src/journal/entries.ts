import type { ExchangeEvent } from "../exchange/commands.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { JournalEntry } from "../ports.ts";
import type { Upcasters } from "./codec.ts";
import { decode, encode, upcast, UPCASTERS, versionOf } from "./codec.ts";

export function toEntry(recorded: Recorded): JournalEntry {
  return writtenWith(recorded, UPCASTERS);
}

/** The journal is written by {@link toEntry} alone, so that what is read is an event. */
export function fromEntry(entry: JournalEntry): Recorded {
  return readWith(entry, UPCASTERS);
}

/** @param upcasters of the Spillway that writes */
export function writtenWith({ sequence, at, event }: Recorded, upcasters: Upcasters): JournalEntry {
  const version = versionOf(event.type, upcasters);
  return { sequence, at, type: event.type, version, payload: encode(event) };
}

/** @param upcasters of the Spillway that reads */
export function readWith(entry: JournalEntry, upcasters: Upcasters): Recorded {
  const { sequence, at, type, version, payload } = entry;
  return {
    sequence,
    at,
    event: decode(upcast(type, version, payload, upcasters)) as ExchangeEvent,
  };
}
