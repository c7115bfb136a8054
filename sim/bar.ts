import { SingleBar } from "cli-progress";
import type { Tally } from "./tally.ts";

/** How far the seeds have come, on a terminal; a line now and then anywhere else. */
export interface Bar {
  readonly update: (tally: Tally) => void;
  readonly stop: () => void;
}

const LINE_EVERY_MS = 20_000;

export function startBar(seeds: number): Bar {
  if (!process.stderr.isTTY) return lines(seeds);
  const bar = new SingleBar({
    stream: process.stderr,
    format: "{bar} {value} of {total} seeds, {speed}, {eta_formatted} left",
    barsize: 24,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(seeds, 0, { speed: "" });
  return {
    update: (tally) => bar.update(tally.seeds, { speed: tally.speed }),
    stop: () => bar.stop(),
  };
}

function lines(seeds: number): Bar {
  let told = performance.now();
  return {
    update: (tally) => {
      if (performance.now() - told < LINE_EVERY_MS) return;
      told = performance.now();
      console.error(`of ${seeds.toLocaleString("en")} seeds so far: ${tally.line}`);
    },
    stop: () => undefined,
  };
}
