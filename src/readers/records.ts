import type { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import { readRows } from "./csv-rows.ts";
import { InputError } from "./input-error.ts";
import type { TextSource } from "./source.ts";

/** How the rows of a table become records. */
export interface RecordReader<T> {
  readonly table: Table;
  readonly bad: BadRows;
  /** What to add where a row has a wrong number of fields. */
  readonly widthAdvice?: string;
  /** @throws InputError for a bad row */
  readonly read: (row: Row) => T;
}

/**
 * Reads the records of a table; what happens at a bad row is up to `bad`.
 * @throws InputError
 */
export async function readRecords<T>(source: TextSource, reader: RecordReader<T>): Promise<T[]> {
  const records: T[] = [];
  for await (const rows of readRows(source, reader.table)) {
    for (const row of rows) {
      const record = attempt(() => {
        requireWhole(row, source.file, reader.widthAdvice ?? "");
        return reader.read(row);
      });
      if (record.fault) reader.bad.add(record.fault);
      else records.push(record.value);
    }
  }
  return records;
}

type Attempt<T> = { fault: InputError } | { fault: null; value: T };

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { fault: null, value: read() };
  } catch (error) {
    if (error instanceof InputError) return { fault: error };
    throw error;
  }
}

function requireWhole(row: Row, file: string, advice: string): void {
  const { found, expected } = row.width;
  if (found === expected) return;
  throw new InputError({
    file,
    line: row.line,
    expected: `${expected} fields as in the header${advice}`,
    found: String(found),
  });
}
