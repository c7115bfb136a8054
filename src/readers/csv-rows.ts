import { Readable, pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { InputError, quoted } from "./input-error.ts";
import type { TextSource } from "./source.ts";

/** One row of a table: where it stands and its fields, in the order of the columns that were asked for. */
export interface Row {
  readonly line: number;
  /** Field of each column asked for; "" for an optional column that the file doesn't have. */
  readonly fields: readonly string[];
  /** Whether the row has as many fields as the header; if not, the fields mean nothing. */
  readonly whole: boolean;
  /** How many fields the row has, and should have. */
  readonly width: { readonly found: number; readonly expected: number };
}

export interface Table {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly delimiter: "," | "|";
}

interface RawRow {
  readonly line: number;
  readonly record: string[];
}

/**
 * Streams the rows of a table with a header line. The order of columns is free, others are ignored, blank lines too.
 * @throws InputError where a column is missing or named twice, a quotation mark is out of place, or no row follows
 */
export async function* readRows(source: TextSource, table: Table): AsyncGenerator<Row> {
  let places: number[] | null = null;
  let width = 0;
  let rows = 0;
  for await (const { line, record } of rawRows(source, table.delimiter)) {
    if (places === null) {
      width = record.length;
      places = columnPlaces(record, table, source.file, line);
      continue;
    }
    rows++;
    const fields = places.map((place) => record[place]?.trim() ?? "");
    const whole = record.length === width;
    yield { line, fields, whole, width: { found: record.length, expected: width } };
  }
  if (rows > 0) return;
  const found = places === null ? "nothing but blank lines" : "a header line alone";
  throw new InputError({ file: source.file, expected: "a header line and rows", found });
}

/** The names in a header line; `sacct -p` ends its lines with a delimiter, which makes one nameless column. */
export function headerNames(line: string, delimiter: "," | "|"): string[] {
  return line.split(delimiter).map((name) => name.trim().replaceAll(/^"|"$/g, ""));
}

async function* rawRows(source: TextSource, delimiter: string): AsyncGenerator<RawRow> {
  const parser = parse({
    bom: true,
    delimiter,
    // sacct knows no quotation: a quotation mark there is part of a name.
    quote: delimiter === "|" ? null : '"',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1_000_000,
    on_record: (record: string[], context) => ({ line: context.lines, record }) as never,
  });
  pipeline(Readable.from(source.chunks), parser, () => {});
  try {
    for await (const row of parser) yield row as RawRow;
  } catch (error) {
    throw error instanceof CsvError ? csvFault(error, source.file) : error;
  }
}

function csvFault(error: CsvError, file: string): InputError {
  const line = typeof error["lines"] === "number" ? error["lines"] : null;
  const found = error.code.includes("QUOTE")
    ? "a quotation mark out of place"
    : "a line of more than a million characters";
  return new InputError({ file, line, expected: "a row of a CSV table", found }, { cause: error });
}

function columnPlaces(header: string[], table: Table, file: string, line: number): number[] {
  const names = header.map((name) => name.trim());
  for (const name of [...table.required, ...table.optional]) {
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw new InputError({ file, line, column: name, expected: "it once", found: "it twice" });
  }
  const missing = table.required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const expected = `the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`;
    throw new InputError({ file, line, expected, found: quoted(names.join(table.delimiter)) });
  }
  return [...table.required, ...table.optional].map((name) => names.indexOf(name));
}
