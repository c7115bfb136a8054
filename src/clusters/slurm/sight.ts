import { SlurmFault } from "./fault.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmSeen } from "./seen.ts";

/** Beyond it, a reservation that begins with a contract begins at another time. */
const MOST_OFFSET_MS = 30_000;

/** @throws SlurmFault */
export function refuseOtherClock({ clockOffsetMs }: SlurmSeen): void {
  if (Math.abs(clockOffsetMs) <= MOST_OFFSET_MS) return;
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1_000);
  const side = clockOffsetMs > 0 ? "ahead of" : "behind";
  throw new SlurmFault("clocks_differ", `slurmctld's clock is ${seconds} s ${side} this machine's`);
}

/** Pools of one cluster that are read one after the other share a picture. */
const FRESH_MS = 1_000;

/** @throws SlurmFault, `clocks_differ` too */
export function sightOf(reader: SlurmReader): () => Promise<SlurmSeen> {
  let last: { readonly picture: Promise<SlurmSeen>; readonly at: number } | null = null;
  const look = (): Promise<SlurmSeen> => {
    if (last !== null && performance.now() - last.at <= FRESH_MS) return last.picture;
    const picture = reader.see();
    last = { picture, at: performance.now() };
    // Whoever asks after a failure may be luckier.
    picture.catch(() => (last = null));
    return picture;
  };
  return async () => {
    const seen = await look();
    refuseOtherClock(seen);
    return seen;
  };
}
