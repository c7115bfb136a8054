import type { SSEStreamingApi } from "hono/streaming";
import type { Narrator } from "../journal/narrator.ts";
import type { RecentEvents } from "../journal/recent.ts";
import type { Viewer } from "../ports.ts";
import type { Notification } from "../views/notification.ts";
import { mayHear } from "../views/notification.ts";
import type { EventPlace } from "./event-place.ts";
import { isBehind, placeText, readAfter } from "./event-place.ts";

export interface Listening {
  readonly viewer: Viewer;
  readonly after: EventPlace;
  /** Null: all types. */
  readonly types: ReadonlySet<string> | null;
  /** Whether the key that opened the stream still may see what it did then. */
  readonly isAllowed: () => boolean;
  readonly heartbeatMs: number;
  readonly stopping: AbortSignal;
}

const PAGE = 256;

/**
 * Writes what the viewer may hear, until either side stops or the key no longer may. It reads on only once what it wrote
 * was taken, so that a slow reader costs no memory.
 */
export async function streamEvents(
  stream: SSEStreamingApi,
  { narrator, recent }: { readonly narrator: Narrator; readonly recent: RecentEvents },
  listening: Listening,
): Promise<void> {
  const { after, stopping, isAllowed, heartbeatMs } = listening;
  const ending = new Ending();
  const end = (): void => ending.end();
  stream.onAbort(end);
  stopping.addEventListener("abort", end, { once: true });
  let position = readAfter(after);
  // With an id, though without data: whoever breaks off before the first event goes on from here.
  await ending.orEnd(stream.write(`retry: 2000\nid: ${placeText(after)}\n: connected\n\n`));
  while (!ending.isOver && !stopping.aborted && isAllowed()) {
    // Asked for before looking, so that nothing that comes in between is slept through.
    const news = recent.next();
    const chapter = await narrator.after(position, PAGE);
    if (chapter === null) {
      const isQuiet = await isQuietFor(heartbeatMs, news, ending);
      // An id without data moves the reader's place on, past what it may not hear.
      if (isQuiet) await ending.orEnd(stream.write(`id: ${position}\n: still here\n\n`));
      continue;
    }
    for (const told of chapter.notifications) {
      if (ending.isOver || !isAllowed()) break;
      if (isHeard(listening, told)) await ending.orEnd(write(stream, told));
    }
    position = chapter.last;
  }
  stopping.removeEventListener("abort", end);
}

export function isHeard(
  { viewer, types, after }: Pick<Listening, "viewer" | "types" | "after">,
  told: Notification,
): boolean {
  return mayHear(viewer, told) && isBehind(told.id, after) && (types?.has(told.type) ?? true);
}

function write(stream: SSEStreamingApi, told: Notification): Promise<void> {
  return stream.writeSSE({ id: told.id, event: told.type, data: JSON.stringify(told) });
}

/** Whether the time passed before anything else happened. */
async function isQuietFor(ms: number, news: Promise<void>, ending: Ending): Promise<boolean> {
  const passed = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => passed.resolve(true), ms);
  await ending.orEnd(Promise.race([news.then(() => passed.resolve(false)), passed.promise]));
  clearTimeout(timer);
  passed.resolve(false);
  return passed.promise;
}

/** That a stream ends, whoever ends it. A promise that lives as long as the stream would keep all that ever waited on it. */
class Ending {
  isOver = false;
  readonly #waiting = new Set<() => void>();

  end(): void {
    this.isOver = true;
    for (const wake of this.#waiting) wake();
  }

  /** Until the work is done or the stream ends, for nobody may ever read what is written. */
  async orEnd(work: Promise<unknown>): Promise<void> {
    if (this.isOver) return;
    const ended = Promise.withResolvers<void>();
    this.#waiting.add(ended.resolve);
    try {
      await Promise.race([work, ended.promise]);
    } finally {
      this.#waiting.delete(ended.resolve);
    }
  }
}
