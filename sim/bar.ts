import { SingleBar } from "cli-progress";
import type { Tally } from "./tally.ts";

/** How far the seeds have come, on a terminal; a line now and then anywhere else. */
export interface Bar {
  readonly update: (tally: Tally) => void;
  readonly stop: () => void;
}

const LINE_EVERY = 2_000;

export function startBar(seeds: number): Bar {
  if (!process.stderr.isTTY) return { update: tellNowAndThen, stop: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    format: "{bar} {value} of {total} seeds  {speed}  {eta_formatted} left",
    barsize: 24,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(seeds, 0, { speed: "" });
  return {
    update: (tally) => bar.update(tally.seeds, { speed: tally.line.split("(")[1] ?? "" }),
    stop: () => bar.stop(),
  };
}

function tellNowAndThen(tally: Tally): void {
  if (tally.seeds % LINE_EVERY === 0) console.error(tally.line);
}
