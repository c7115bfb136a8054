import { SingleBar } from "cli-progress";
import type { EpochMs } from "../units.ts";

/** Tells the person at the terminal how far a long walk through a trace has come. */
export type ReportProgress = (done: number, at: EpochMs) => void;

/** Where progress may be drawn: standard error, in general. */
export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

/**
 * Runs `work`, which says after each step how many of `total` are done and up to which moment of the trace. On a
 * terminal that is drawn as a bar, which is gone when the work ends, well or with an error; anywhere else
 * nothing is written.
 */
export function withProgress<Result>(
  stream: ProgressStream,
  total: number,
  work: (report: ReportProgress) => Result,
): Result {
  if (stream.isTTY !== true || total <= 0) return work(() => undefined);
  const bar = newBar(stream);
  bar.start(total, 0, { date: "" });
  try {
    return work((done, at) => bar.update(done, { date: new Date(at).toISOString().slice(0, 10) }));
  } finally {
    bar.stop();
  }
}

/**
 * The walk does not yield, so a signal handler would only keep Ctrl-C from working: the bar installs none, and
 * leaves cursor and line wrapping as they are, so that there is nothing to restore.
 */
function newBar(stream: ProgressStream): SingleBar {
  return new SingleBar({
    stream,
    format: "{bar} {percentage} %  {date}  {eta_formatted} left",
    barsize: 32,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    etaBuffer: 200,
    fps: 10,
    clearOnComplete: true,
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
  });
}
