import type { Place } from "../contracts/contract.ts";
import type { Ask } from "../market/supply.ts";
import type { Gpus, Window } from "../units.ts";
import { addGpus, maxGpus, NO_GPUS, subGpus } from "../units.ts";

/** GPUs that one decision has taken already and that its asks still show. */
export interface TakenPart {
  readonly pool: string;
  readonly fabric: string;
  readonly window: Window;
  readonly gpus: Gpus;
}

/** What takes the same GPUs through the same window counts as one: a pool's rentals mostly go on by the same minute. */
export type Taken = Map<string, TakenPart>;

export function take(taken: Taken, pool: string, places: readonly Place[], window: Window): void {
  for (const { fabric, gpus: more } of places) {
    const key = `${fabric} ${window.start} ${window.end}`;
    const before = taken.get(key)?.gpus ?? NO_GPUS;
    taken.set(key, { pool, fabric, window, gpus: addGpus(before, more) });
  }
}

/**
 * A rung's ask without what is taken. All that overlaps the window counts, as if it overlapped itself and whatever its
 * notice is: it may show too little, never too much.
 */
export function beside(ask: Ask, taken: Taken): Ask {
  const { source } = ask;
  if (source.kind !== "rung" || taken.size === 0) return ask;
  const sum = (window: Window, fabric: string | null): Gpus => {
    let total = NO_GPUS;
    for (const part of taken.values()) {
      const isSame = part.pool === source.pool && (fabric === null || part.fabric === fabric);
      const overlaps = part.window.start < window.end && window.start < part.window.end;
      if (isSame && overlaps) total = addGpus(total, part.gpus);
    }
    return total;
  };
  return {
    ...ask,
    available: (fabric, window) => left(ask.available(fabric, window), sum(window, fabric)),
    availableInAll: (window) => left(ask.availableInAll(window), sum(window, null)),
  };
}

function left(shown: Gpus, gone: Gpus): Gpus {
  return maxGpus(NO_GPUS, subGpus(shown, gone));
}
