import type { ExchangeEvent } from "../exchange/commands.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { JournalEntry } from "../ports.ts";
import { decode, encode, upcast, versionOf } from "./codec.ts";

export function toEntry({ sequence, at, event }: Recorded): JournalEntry {
  return {
    sequence,
    at,
    type: event.type,
    version: versionOf(event.type),
    payload: encode(event),
  };
}

/** The journal is written by {@link toEntry} alone, so that what is read is an event. */
export function fromEntry({ sequence, at, type, version, payload }: JournalEntry): Recorded {
  return { sequence, at, event: decode(upcast(type, version, payload)) as ExchangeEvent };
}
