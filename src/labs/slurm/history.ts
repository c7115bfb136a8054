import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochMs } from "../../units.ts";
import { DAY_MS, durationMs, earlier, epochMs, floorTo, HOUR_MS } from "../../units.ts";
import { HISTORY_FILE } from "./paths.ts";
import { GPUS_PER_NODE, type LabPlan, nodesOf } from "./plan.ts";

/** A forecast wants two weeks. */
const LENGTH = durationMs(21 * DAY_MS);

/** Hours of the day (UTC) in which somebody works. */
const WORK = { from: 8, to: 20 };
const WEEKEND = [0, 6];

/** Writes what an owner of the lab's size might have used before there was the lab: a lab has no past of its own. */
export function writeHistory(plan: LabPlan, now: EpochMs): void {
  writeFileSync(join(plan.dir, HISTORY_FILE), historyCsv(nodesOf(plan).length, now));
}

/** Usage CSV of the three weeks up to the last whole hour: the same for the same hours, and made up. */
export function historyCsv(nodes: number, now: EpochMs): string {
  const end = floorTo(now, HOUR_MS);
  const rows: string[] = ["time,gpus_in_use,gpus_total"];
  for (let time = earlier(end, LENGTH); time < end; time = epochMs(time + HOUR_MS)) {
    const inUse = nodesInUse(nodes, new Date(time)) * GPUS_PER_NODE;
    rows.push(`${new Date(time).toISOString()},${inUse},${nodes * GPUS_PER_NODE}`);
  }
  return `${rows.join("\n")}\n`;
}

/** Half of them by day, a quarter at night and on weekends. */
function nodesInUse(nodes: number, hour: Date): number {
  const isWork = hour.getUTCHours() >= WORK.from && hour.getUTCHours() < WORK.to;
  const isBusy = isWork && !WEEKEND.includes(hour.getUTCDay());
  return Math.floor(nodes / (isBusy ? 2 : 4));
}
