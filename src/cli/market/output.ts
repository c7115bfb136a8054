import { printable } from "../../report/printable.ts";

/** A column of a table: what it is called, what it shows, and on which side it is aligned. */
export interface Column<Row> {
  readonly name: string;
  readonly show: (row: Row) => string | number | null;
  readonly align?: "left" | "right";
}

const GAP = "  ";
const NOTHING = "–";

/** A table for people: names above, numbers to the right. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) =>
    columns.map(({ show }) => printable(String(show(row) ?? NOTHING))),
  );
  const lines = [columns.map(({ name }) => name), ...cells];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  );
  return lines.map((line) => aligned(line, columns, widths)).join("\n");
}

function aligned<Row>(
  line: readonly string[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
): string {
  const padded = line.map((cell, index) => {
    const width = widths[index] ?? 0;
    return columns[index]?.align === "right" ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join(GAP).trimEnd();
}

/** Named values under each other. */
export function card(
  fields: readonly (readonly [name: string, value: string | number | null])[],
): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields
    .map(([name, value]) => `${name.padEnd(width)}${GAP}${printable(String(value ?? NOTHING))}`)
    .join("\n");
}

/** The API's answer as it is, for machines; or what people would rather read. */
export function print(answer: unknown, asJson: boolean, read: () => string): void {
  const text = asJson ? JSON.stringify(answer, null, 2) : read();
  process.stdout.write(`${text}\n`);
}

/** A time as people read it, in UTC: 2026-12-01 08:00. */
export function shortTime(time: string | null): string {
  return time === null ? NOTHING : time.slice(0, 16).replace("T", " ");
}
