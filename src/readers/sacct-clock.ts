import type { EpochMs } from "../units.ts";
import type { Row } from "./csv-rows.ts";
import { InputError, quoted } from "./input-error.ts";
import type { LocalClock, LocalTime } from "./local-time.ts";
import { localClock } from "./local-time.ts";
import { parseEpochSeconds, parseLocalTime, parseTime } from "./time.ts";

interface RunTexts {
  readonly submit: string;
  readonly start: string;
  readonly end: string;
}

interface RunTimes {
  readonly submit: EpochMs;
  readonly start: EpochMs | null;
  readonly end: EpochMs | null;
}

/**
 * Reads the times of sacct, which writes them as a wall clock shows them, without a zone, unless SLURM_TIME_FORMAT
 * asks for seconds since 1970 or for a zone. In the hour that is repeated when clocks go back, a run's times are read
 * so that they follow one another.
 */
export class SacctClock {
  readonly #file: string;
  readonly #timezone: string;
  readonly #clock: LocalClock;
  #sawLocal = false;

  /** @throws InputError where there is no such zone */
  constructor(file: string, timezone: string) {
    this.#file = file;
    this.#timezone = timezone;
    this.#clock = localClock(timezone);
  }

  /** @throws InputError where a time can't be read or the end lies before the start */
  times(row: Row, texts: RunTexts): RunTimes {
    const submit = this.#read(row, "Submit", texts.submit);
    if (submit === null) throw this.#fault(row, "Submit", texts.submit);
    const from = this.#read(row, "Start", texts.start);
    const start = from && notBefore(submit.earlier, from);
    const to = this.#read(row, "End", texts.end);
    const end = to && notBefore(start ?? submit.earlier, to);
    if (start !== null && end !== null && end < start) {
      const expected = `a time at or after Start (${texts.start})`;
      throw new InputError({
        file: this.#file,
        line: row.line,
        column: "End",
        expected,
        found: texts.end,
      });
    }
    return { submit: submit.earlier, start, end };
  }

  /** What was assumed of times without a zone. */
  notes(): string[] {
    if (!this.#sawLocal) return [];
    return [`times without a zone are read as ${this.#timezone} (--timezone changes it)`];
  }

  #read(row: Row, column: string, text: string): LocalTime | null {
    if (text === "Unknown" || text === "None" || text === "") return null;
    const time = /^\d{1,12}$/.test(text) ? parseEpochSeconds(Number(text)) : parseTime(text);
    if (time !== null) return { earlier: time, later: time };
    const local = parseLocalTime(text);
    if (local === null) throw this.#fault(row, column, text);
    this.#sawLocal = true;
    return this.#clock(local);
  }

  #fault(row: Row, column: string, text: string): InputError {
    const expected = "a time (2026-01-31T10:00:00), perhaps with a zone, or seconds since 1970";
    const found = quoted(text);
    return new InputError({ file: this.#file, line: row.line, column, expected, found });
  }
}

function notBefore(time: EpochMs, { earlier, later }: LocalTime): EpochMs {
  return earlier >= time ? earlier : later;
}
