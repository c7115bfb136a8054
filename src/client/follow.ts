import { setTimeout as pause } from "node:timers/promises";
import { createParser } from "eventsource-parser";
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
 * Events as they happen, until the signal. Where the stream breaks off it is taken up where it was, which the stream says
 * also where it tells nothing: nothing is missed from there on, and nothing comes twice.
 *
 * @throws Refused, Unreachable when it cannot be taken up again
 */
export async function* follow(login: Login, following: Following): AsyncGenerator<Told> {
  const { signal } = following;
  let after = following.after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const { id, told } of once(login, { ...following, after })) {
        failures = 0;
        after = id;
        if (told !== null) yield told;
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

/** A place in the stream, and what is told there; null: nothing. */
interface Block {
  readonly id: string;
  readonly told: Told | null;
}

async function* once(login: Login, following: Following): AsyncGenerator<Block> {
  const { after, types, signal } = following;
  const address = addressOf(login, "/v1/events", { after, types });
  const headers = { Authorization: `Bearer ${login.key}`, Accept: "text/event-stream" };
  const response = await fetch(address, { headers, signal }).catch((fault: unknown) => {
    throw unreachable(address, fault);
  });
  if (!response.ok || response.body === null) throw await refusalIn(response);
  const blocks: Block[] = [];
  const parser = createParser({
    onId: (id) => blocks.push({ id, told: null }),
    onEvent: ({ data }) => {
      const told = JSON.parse(data) as Told;
      blocks.push({ id: told.id, told });
    },
  });
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    parser.feed(text);
    yield* blocks.splice(0);
  }
}
