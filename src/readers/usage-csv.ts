import type { EpochMs, Gpus } from "../units.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import { readRows } from "./csv-rows.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf, requireWhole } from "./fields.ts";
import { InputError } from "./input-error.ts";
import type { ReadOptions } from "./options.ts";
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
  const readings: Reading[] = [];
  for await (const row of readRows(source, tableOf(options))) {
    const reading = readReading(row, { fields, file: source.file, gpus: options.gpus });
    if (reading instanceof InputError) bad.add(reading);
    else readings.push(reading);
  }
  const { trace, notes } = layOnGrid(readings, { source, options, bad });
  return { trace, notes: [...bad.notes(), ...notes] };
}

function tableOf(options: ReadOptions): Table {
  const [time, inUse, total] = USAGE_COLUMNS;
  if (options.gpus !== null) return { required: [time, inUse], optional: [], delimiter: "," };
  return { required: [time, inUse, total], optional: [], delimiter: "," };
}

interface ReadingContext {
  readonly fields: Fields;
  readonly file: string;
  readonly gpus: Gpus | null;
}

function readReading(row: Row, context: ReadingContext): Reading | InputError {
  const { fields, file } = context;
  const [time = "", inUse = "", total = ""] = row.fields;
  try {
    requireWhole(row, file);
    return {
      line: row.line,
      time: fields.time(row, "time", time),
      demand: fields.gpusUp(row, "gpus_in_use", inUse),
      total: context.gpus ?? fields.wholeGpus(row, "gpus_total", total),
    };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
