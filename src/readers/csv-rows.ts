import { finished } from "node:stream/promises";
import type { Parser } from "csv-parse";
import { CsvError, parse } from "csv-parse";
import { InputError, quoted } from "./input-error.ts";
import type { TextSource } from "./source.ts";

/** One row of a table: where it stands and its fields, in the order of the columns that were asked for. */
export interface Row {
  readonly line: number;
  /** Field of each column asked for; "" for an optional column that the file doesn't have. */
  readonly fields: readonly string[];
  /** How many fields the row has and should have; where they differ, the fields mean nothing. */
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
 * Streams the rows of a table with a header line, some at a time. The order of columns is free; other columns and blank
 * lines are left out.
 * @throws InputError where a column is missing or named twice, a quotation mark is out of place, or no row follows
 */
export async function* readRows(source: TextSource, table: Table): AsyncGenerator<Row[]> {
  let header: { places: number[]; width: number } | null = null;
  let rows = 0;
  for await (const batch of rawRows(source, table.delimiter)) {
    const first: RawRow | undefined = header === null ? batch.shift() : undefined;
    if (first) {
      const places = columnPlaces(first.record, table, { file: source.file, line: first.line });
      header = { places, width: first.record.length };
    }
    if (header === null) continue;
    const { places, width } = header;
    rows += batch.length;
    yield batch.map(({ line, record }) => ({
      line,
      fields: places.map((place) => record[place]?.trim() ?? ""),
      width: { found: record.length, expected: width },
    }));
  }
  if (rows > 0) return;
  const found = header === null ? "nothing but blank lines" : "a header line alone";
  throw new InputError({ file: source.file, expected: "a header line and rows", found });
}

/** The first line of a text that isn't blank. */
export function headerLine(head: string): string {
  return head.split(/\r\n|\n|\r/).find((line) => line.trim() !== "") ?? "";
}

/** The names in a header line; `sacct -p` ends its lines with a delimiter, which makes one nameless column. */
export function headerNames(line: string, delimiter: "," | "|"): string[] {
  return line.split(delimiter).map((name) => name.trim().replaceAll(/^"|"$/g, ""));
}

async function* rawRows(source: TextSource, delimiter: "," | "|"): AsyncGenerator<RawRow[]> {
  let batch: RawRow[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    // sacct knows no quotation: a quotation mark there is part of a name.
    quote: delimiter === "|" ? null : '"',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1_000_000,
    on_record: (record: string[], { lines }): null => {
      batch.push({ line: lines, record });
      return null;
    },
  });
  // The fault reaches the reader through feed; without a listener it would end the process as well.
  parser.on("error", () => {});
  for await (const chunk of source.chunks) {
    await feed(parser, chunk, source.file);
    yield batch;
    batch = [];
  }
  await feed(parser, null, source.file);
  yield batch;
}

/** @param chunk null at the end of the text */
async function feed(parser: Parser, chunk: string | null, file: string): Promise<void> {
  try {
    if (chunk !== null) return await written(parser, chunk);
    parser.end();
    await finished(parser.resume());
  } catch (error) {
    throw error instanceof CsvError ? csvFault(error, file) : error;
  }
}

function written(parser: Parser, chunk: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function csvFault(error: CsvError, file: string): InputError {
  const line = typeof error["lines"] === "number" ? error["lines"] : null;
  const found = error.code.includes("QUOTE")
    ? "a quotation mark out of place"
    : "a line of more than a million characters";
  return new InputError({ file, line, expected: "a row of a CSV table", found }, { cause: error });
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function columnPlaces(header: readonly string[], table: Table, place: Place): number[] {
  const names = header.map((name) => name.trim());
  for (const name of [...table.required, ...table.optional]) {
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw new InputError({ ...place, column: name, expected: "it once", found: "it twice" });
  }
  const missing = table.required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const expected = `the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}`;
    throw new InputError({ ...place, expected, found: quoted(names.join(table.delimiter)) });
  }
  return [...table.required, ...table.optional].map((name) => names.indexOf(name));
}
