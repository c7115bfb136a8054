import type { EpochMs, Gpus } from "../units.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
import type { ReadOptions } from "./options.ts";
import { readRecords } from "./records.ts";
import type { TextSource } from "./source.ts";
import { layOnGrid } from "./usage-grid.ts";

export const USAGE_COLUMNS = ["time", "gpus_in_use", "gpus_total"] as const;

/** One reading of the owner's demand, and the line it stands on. */
export interface Reading {
  readonly line: number;
  readonly time: EpochMs;
  readonly demand: Gpus;
  readonly total: Gpus;
}

/**
 * Reads usage over time: `time,gpus_in_use,gpus_total` on a fixed step. `gpus_total` may be absent, and is not looked
 * at, where the options give a capacity.
 * @returns the trace, and sentences about what was skipped, filled or taken for an outage
 * @throws InputError
 */
export async function readUsageCsv(
  source: TextSource,
  options: ReadOptions,
): Promise<{ trace: UsageTrace; notes: readonly string[] }> {
  const bad = new BadRows(options.skipBadRows);
  const fields = fieldsOf(source.file);
  const read = (row: Row): Reading => readReading(row, fields, options.gpus);
  const readings = await readRecords(source, { table: tableOf(options), bad, read });
  const { trace, notes } = layOnGrid(readings, { source, options, bad });
  return { trace, notes: [...bad.notes(), ...notes] };
}

function tableOf(options: ReadOptions): Table {
  const [time, inUse, total] = USAGE_COLUMNS;
  if (options.gpus !== null) return { required: [time, inUse], optional: [], delimiter: "," };
  return { required: [time, inUse, total], optional: [], delimiter: "," };
}

function readReading(row: Row, fields: Fields, gpus: Gpus | null): Reading {
  const [time = "", inUse = "", total = ""] = row.fields;
  return {
    line: row.line,
    time: fields.time(row, "time", time),
    demand: fields.gpusUp(row, "gpus_in_use", inUse),
    total: gpus ?? fields.wholeGpus(row, "gpus_total", total),
  };
}
