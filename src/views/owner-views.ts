import { OWNER } from "../accounts/account.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Block, TrainingRun } from "../owner/state.ts";
import { formatDuration } from "../policy/duration.ts";
import { formatTime } from "../wire/time.ts";
import type { BlockResource, RunResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** What the owner has declared and kept back: for the owner's eyes. */
export function hearOwner(shelf: Shelf, { sequence, event }: Recorded): void {
  switch (event.type) {
    case "run_declared":
      return shelf.put("run", event.run.id, OWNER, sequence, runResource(event.run));
    case "run_withdrawn":
      // A cluster that goes on showing the run declares it again: the same run, at its place in the list.
      return shelf.change("run", event.run, (body) => ({ ...body, status: "withdrawn" }));
    case "gpus_blocked":
      return shelf.put("block", event.block.id, OWNER, sequence, blockResource(event.block));
    case "gpus_unblocked":
      return shelf.change("block", event.block, (body) => ({ ...body, status: "lifted" }));
    default:
  }
}

function runResource({
  id,
  pool,
  name,
  declared,
  start,
  duration,
  gpus,
}: TrainingRun): RunResource {
  return {
    id,
    pool,
    name,
    declared: formatTime(declared),
    start: formatTime(start),
    duration: formatDuration(duration),
    gpus,
    status: "declared",
  };
}

function blockResource({ id, pool, kind, window, gpus, note }: Block): BlockResource {
  const [start, end] = [formatTime(window.start), formatTime(window.end)];
  return { id, pool, kind, start, end, gpus, note, status: "set" };
}
