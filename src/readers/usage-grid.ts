import type { DurationMs, EpochMs } from "../units.ts";
import { HOUR_MS, MINUTE_MS, durationMs } from "../units.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { findOutages, outageRuns, stepStart } from "../fleet/usage.ts";
import type { BadRows } from "./bad-rows.ts";
import { InputError } from "./input-error.ts";
import type { ReadOptions } from "./options.ts";
import type { TextSource } from "./source.ts";
import type { Reading } from "./usage-csv.ts";

/** Ten years of minutes: a longer trace holds a wrong time. */
const MOST_STEPS = 10 * 366 * 24 * 60;

interface Reader {
  readonly source: TextSource;
  readonly options: ReadOptions;
  readonly bad: BadRows;
}

interface Steps {
  readonly demand: Int32Array;
  readonly total: Int32Array;
  /** 1 where no row stands behind the step. */
  readonly missing: Uint8Array;
}

/**
 * Lays readings on a grid of equal steps. The step is the most common difference of neighbouring times, the smaller of
 * two that are as common; steps begin on whole multiples of it.
 * @throws InputError where times are repeated, out of order or off the grid, and at a gap that no option fills
 */
export function layOnGrid(
  readings: readonly Reading[],
  reader: Reader,
): { trace: UsageTrace; notes: string[] } {
  const { source, options, bad } = reader;
  const ascending = keepAscending(readings, reader);
  const step = inferStep(ascending, source.file);
  const onGrid = ascending.filter((reading) => isOnGrid(reading, step, reader));
  const start = onGrid[0]?.time;
  if (start === undefined) throw tooShort(source.file, onGrid.length);
  const { demand, total, missing } = fillSteps(onGrid, step, reader);
  if (!total.some((capacity) => capacity > 0)) throw noCapacity(source.file);
  const outage = findOutages(demand, total, { step, outages: options.outages });
  missing.forEach(
    (absent, i) => absent === 1 && options.gaps === "drop" && outage.fill(1, i, i + 1),
  );
  const trace = { name: source.name, start, step, demand, total, outage, skippedRows: bad.count };
  return { trace, notes: [...gapNotes(missing, options), ...outageNotes(trace)] };
}

function keepAscending(readings: readonly Reading[], reader: Reader): Reading[] {
  const kept: Reading[] = [];
  for (const reading of readings) {
    const before = kept.at(-1);
    if (before && reading.time <= before.time) {
      reader.bad.add(
        new InputError({
          file: reader.source.file,
          line: reading.line,
          column: "time",
          expected: `a time after ${iso(before.time)} of line ${before.line}`,
          found: reading.time === before.time ? "the same again" : iso(reading.time),
        }),
      );
    } else kept.push(reading);
  }
  return kept;
}

function inferStep(readings: readonly Reading[], file: string): DurationMs {
  if (readings.length < 2) throw tooShort(file, readings.length);
  const counts = new Map<number, number>();
  for (const [i, reading] of readings.entries()) {
    const next = readings[i + 1];
    if (!next) break;
    const difference = next.time - reading.time;
    counts.set(difference, (counts.get(difference) ?? 0) + 1);
  }
  const [step = 0] =
    [...counts].toSorted(([a, timesA], [b, timesB]) => timesB - timesA || a - b)[0] ?? [];
  if (step >= MINUTE_MS && HOUR_MS % step === 0 && step % MINUTE_MS === 0) return durationMs(step);
  throw new InputError({
    file,
    column: "time",
    expected:
      "a step of whole minutes that divides the hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60)",
    found: `mostly ${step / MINUTE_MS} minutes between rows`,
  });
}

function isOnGrid(reading: Reading, step: DurationMs, reader: Reader): boolean {
  if (reading.time % step === 0) return true;
  reader.bad.add(
    new InputError({
      file: reader.source.file,
      line: reading.line,
      column: "time",
      expected: `a whole multiple of the step of ${step / MINUTE_MS} minutes in UTC`,
      found: iso(reading.time),
    }),
  );
  return false;
}

function fillSteps(readings: readonly Reading[], step: DurationMs, reader: Reader): Steps {
  const first = readings[0];
  const last = readings.at(-1);
  if (!first || !last) throw tooShort(reader.source.file, readings.length);
  const length = (last.time - first.time) / step + 1;
  if (length > MOST_STEPS) throw tooLong(reader.source.file, last);
  const demand = new Int32Array(length);
  const total = new Int32Array(length);
  const missing = new Uint8Array(length).fill(1);
  let filled = 0;
  let before = first;
  for (const reading of readings) {
    const at = (reading.time - first.time) / step;
    if (at > filled) {
      refuseGap(before, reading, { step, reader });
      if (reader.options.gaps === "hold") demand.fill(before.demand, filled, at);
      total.fill(before.total, filled, at);
    }
    demand[at] = reading.demand;
    total[at] = reading.total;
    missing[at] = 0;
    filled = at + 1;
    before = reading;
  }
  return { demand, total, missing };
}

interface Gap {
  readonly step: DurationMs;
  readonly reader: Reader;
}

function refuseGap(before: Reading, after: Reading, { step, reader }: Gap): void {
  if (reader.options.gaps !== "refuse") return;
  const absent = (after.time - before.time) / step - 1;
  throw new InputError({
    file: reader.source.file,
    line: after.line,
    column: "time",
    expected: `${iso(before.time + step)} (a step of ${step / MINUTE_MS} minutes; --gaps hold or drop allows gaps)`,
    found: `${iso(after.time)}: a gap of ${absent} step${absent > 1 ? "s" : ""}`,
  });
}

function tooShort(file: string, rows: number): InputError {
  const found = rows === 1 ? "one" : "none";
  return new InputError({ file, expected: "two rows or more, to tell the step by", found });
}

function tooLong(file: string, last: Reading): InputError {
  const found = `${iso(last.time)}, far behind the first row`;
  const expected = "at most ten years of minutes";
  return new InputError({ file, line: last.line, column: "time", expected, found });
}

function noCapacity(file: string): InputError {
  return new InputError({
    file,
    column: "gpus_total",
    expected: "a capacity",
    found: "0 throughout",
  });
}

function gapNotes(missing: Uint8Array, options: ReadOptions): string[] {
  const count = missing.reduce((sum, absent) => sum + absent, 0);
  if (count === 0) return [];
  const how = options.gaps === "hold" ? "hold the row before them" : "count as outage";
  return [`${count} missing step${count > 1 ? "s" : ""} ${how}`];
}

function outageNotes(trace: UsageTrace): string[] {
  const runs = outageRuns(trace.outage);
  if (runs.length === 0) return [];
  const steps = trace.outage.reduce((sum, out) => sum + out, 0);
  const hours = (steps * trace.step) / HOUR_MS;
  const first = stepStart(trace, runs[0]?.from ?? 0);
  const many = runs.length > 1 ? "s" : "";
  return [`${runs.length} outage${many} of ${hours.toFixed(1)} hours, the first at ${iso(first)}`];
}

function iso(time: EpochMs | number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
