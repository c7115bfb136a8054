import { SingleBar } from "cli-progress";
import { printableName } from "../report/printable.ts";
import type { EpochMs } from "../units.ts";

/** How far a walk through a trace has come, for the person at the terminal. */
export interface Progress {
  /** @param done share of the work in [0, 1]; @param at the moment of the trace that is reached */
  readonly update: (done: number, at: EpochMs) => void;
  /** Takes the bar away; to be called at the end of the work, well or with an error. */
  readonly stop: () => void;
}

/** Where progress may be drawn: standard error, in general. */
export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

const WHOLE = 1_000;
const LONGEST_NAME = 28;

/** Draws a bar with share, date and time left where `stream` is a terminal; writes nothing anywhere else. */
export function startProgress(name: string, stream: ProgressStream = process.stderr): Progress {
  if (stream.isTTY !== true) return { update: () => undefined, stop: () => undefined };
  const bar = newBar(stream);
  bar.start(WHOLE, 0, { name: nameInBar(name), date: "" });
  return {
    update: (done, at) => {
      const share = Math.min(1, Math.max(0, done));
      bar.update(Math.floor(share * WHOLE), { date: new Date(at).toISOString().slice(0, 10) });
    },
    stop: () => bar.stop(),
  };
}

/**
 * The walk does not yield, so a signal handler would only keep Ctrl-C from working: the bar installs none, and
 * leaves cursor and line wrapping as they are, so that there is nothing to restore.
 */
function newBar(stream: ProgressStream): SingleBar {
  return new SingleBar({
    stream,
    format: "{name}  {bar} {percentage} %  {date}  {eta_formatted} left",
    barsize: 24,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    etaBuffer: 100,
    fps: 10,
    clearOnComplete: true,
    gracefulExit: false,
    hideCursor: false,
    linewrap: true,
  });
}

/** A trace's name comes from outside: it may neither steer the terminal nor fill the bar's format. */
function nameInBar(name: string): string {
  return printableName(name.replaceAll(/[{}]/g, ""), LONGEST_NAME);
}
