import { setTimeout as pause } from "node:timers/promises";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Login } from "./client.ts";
import { addressOf, unreachable } from "./client.ts";
import { refusalIn } from "./refused.ts";

/** Something that has happened, as the stream tells it. */
export interface Told {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly account: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Following {
  /** Behind which event to begin; left out: from now on. */
  readonly after?: string | undefined;
  /** Only these types, with commas between them. */
  readonly types?: string | undefined;
  readonly signal: AbortSignal;
  /** Told before each new try, where the stream has broken off. */
  readonly onBreak: () => void;
}

const TRIES = 8;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Events as they happen, until the signal. Where the stream breaks off it is taken up behind the last event that was
 * told: nothing is missed from there on, and nothing comes twice.
 *
 * @throws Refused, Unreachable when it cannot be taken up again
 */
export async function* follow(login: Login, following: Following): AsyncGenerator<Told> {
  const { signal } = following;
  let after = following.after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const told of once(login, { ...following, after })) {
        failures = 0;
        after = told.id;
        yield told;
      }
    } catch (fault) {
      if (signal.aborted) return;
      if (!isPassing(fault) || ++failures >= TRIES) throw fault;
    }
    if (signal.aborted) return;
    following.onBreak();
    const ms = Math.min(500 * 2 ** failures, LONGEST_PAUSE_MS);
    await pause(ms, undefined, { signal }).catch(() => {});
  }
}

/** Broken connections, and "not now". */
function isPassing(fault: unknown): boolean {
  const status = fault instanceof Error && "status" in fault ? fault.status : 503;
  return status === 503 || status === 429;
}

async function* once(login: Login, following: Following): AsyncGenerator<Told> {
  const { after, types, signal } = following;
  const address = addressOf(login, "/v1/events", { after, types });
  const headers = { Authorization: `Bearer ${login.key}`, Accept: "text/event-stream" };
  const response = await fetch(address, { headers, signal }).catch((fault: unknown) => {
    throw unreachable(address, fault);
  });
  if (!response.ok || response.body === null) throw await refusalIn(response);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) if (data !== "") yield JSON.parse(data) as Told;
}
