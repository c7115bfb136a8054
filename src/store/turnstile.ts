/**
 * One at a time, in order of arrival, for what has a single connection. Who waits too long is sent away, and has then
 * done nothing.
 */
export type Turnstile = <T>(work: () => Promise<T>) => Promise<T>;

interface Waiting {
  readonly enter: () => void;
}

/** @param waitLimitMs how long anyone waits for their turn; the turn itself may take longer */
export function turnstile(waitLimitMs: number): Turnstile {
  const waiting = new Set<Waiting>();
  let busy = false;

  const next = (): void => {
    const [first] = waiting;
    if (first === undefined) busy = false;
    else first.enter();
  };
  const turn = (): Promise<void> => {
    if (!busy) {
      busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(place);
        reject(new Error(`${waitLimitMs} ms passed in the queue for the only connection`));
      };
      const timer = setTimeout(leave, waitLimitMs);
      const enter = (): void => {
        clearTimeout(timer);
        waiting.delete(place);
        resolve();
      };
      const place: Waiting = { enter };
      waiting.add(place);
    });
  };

  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      next();
    }
  };
}
