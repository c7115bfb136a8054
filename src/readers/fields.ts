import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { durationMs, gpus } from "../units.ts";
import type { Row } from "./csv-rows.ts";
import { InputError, quoted } from "./input-error.ts";
import { TIME_WITH_ZONE, parseTime } from "./time.ts";

/** Above any cluster on Earth: a larger count is a mistake, not a cluster. */
export const MOST_GPUS = 10_000_000;
/** Ten years: a longer job is a mistake. */
const LONGEST_JOB_S = 10 * 366 * 86_400;
/** Where sums of fractions leave a trace beyond the true value, it must not round up to a whole GPU. */
const FLOAT_NOISE = 1e-6;

const DECIMAL = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Reads the fields of one table, with errors that name file, line and column. */
export interface Fields {
  time(row: Row, column: string, text: string): EpochMs;
  /** A demand: fractions of a GPU round up. */
  gpusUp(row: Row, column: string, text: string): Gpus;
  wholeGpus(row: Row, column: string, text: string): Gpus;
  /** Seconds, possibly with a fraction, rounded up to milliseconds. */
  seconds(row: Row, column: string, text: string): DurationMs;
}

export function fieldsOf(file: string): Fields {
  const fault = (row: Row, column: string, expected: string, text: string): InputError =>
    new InputError({ file, line: row.line, column, expected, found: quoted(text) });
  const gpusUp = (row: Row, column: string, text: string): Gpus => {
    const value = DECIMAL.test(text) ? Math.ceil(Number(text) - FLOAT_NOISE) : Number.NaN;
    if (value >= 0 && value <= MOST_GPUS) return gpus(value + 0);
    throw fault(row, column, "a number of GPUs ≥ 0 and ≤ 10 million", text);
  };
  return {
    gpusUp,
    time: (row, column, text) => {
      const time = parseTime(text);
      if (time === null) throw fault(row, column, TIME_WITH_ZONE, text);
      return time;
    },
    wholeGpus: (row, column, text) => {
      const value = gpusUp(row, column, text);
      if (value === Number(text)) return value;
      throw fault(row, column, "a whole number of GPUs", text);
    },
    seconds: (row, column, text) => {
      const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
      if (value >= 0 && value <= LONGEST_JOB_S) return durationMs(Math.ceil(value * 1000));
      throw fault(row, column, "seconds ≥ 0 and ≤ 10 years", text);
    },
  };
}
