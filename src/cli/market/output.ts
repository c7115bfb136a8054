import { styleText } from "node:util";
import { printable } from "../../report/printable.ts";

/** A column of a table: what it is called, what it shows, and on which side it is aligned. */
export interface Column<Row> {
  readonly name: string;
  readonly show: (row: Row) => string | number | null;
  readonly align: "left" | "right";
}

const GAP = "  ";
const NOTHING = "–";

export function text<Row>(name: string, show: Column<Row>["show"]): Column<Row> {
  return { name, show, align: "left" };
}

export function number<Row>(name: string, show: Column<Row>["show"]): Column<Row> {
  return { name, show, align: "right" };
}

export function time<Row>(name: string, at: (row: Row) => string | null): Column<Row> {
  return { name, show: (row) => shortTime(at(row)), align: "left" };
}

/** A table for people: names above, numbers to the right. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ show }) => cell(show(row))));
  const names = columns.map(({ name }) => name);
  const widths = names.map((name, index) =>
    Math.max(name.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const written = (line: readonly string[]): string => aligned(line, columns, widths);
  // Plain where standard output is no terminal, and with NO_COLOR.
  return [styleText("bold", written(names)), ...cells.map(written)].join("\n");
}

function aligned<Row>(
  line: readonly string[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
): string {
  const padded = line.map((each, index) => {
    const width = widths[index] ?? 0;
    return columns[index]?.align === "right" ? each.padStart(width) : each.padEnd(width);
  });
  return padded.join(GAP).trimEnd();
}

function cell(value: string | number | null): string {
  return printable(String(value ?? NOTHING));
}

/** An amount as people write it: -$3.20. */
export function dollars(amount: string): string {
  return amount.startsWith("-") ? `-$${amount.slice(1)}` : `$${amount}`;
}

/** Named values under each other. */
export function card(fields: readonly (readonly [name: string, value: unknown])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields
    .map(([name, value]) => `${name.padEnd(width)}${GAP}${printable(inWords(value))}`)
    .join("\n");
}

/** What one looks for first; JSON from a store has no order of its own. */
const FIRST = {
  id: undefined,
  account: undefined,
  status: undefined,
  sku: undefined,
  pool: undefined,
  gpus: undefined,
  start: undefined,
  end: undefined,
};

/** One thing of the API's with all its fields, under the API's own names; lists of things as tables below. */
export function describe(thing: object): string {
  const all = Object.entries<unknown>({ ...FIRST, ...thing }).filter(
    ([, value]) => value !== undefined,
  );
  const entries = all.filter(([, value]) => !isTable(value));
  const lists = all.filter(([, value]) => isTable(value));
  const fields = entries.map(([name, value]) => [spaced(name), value] as const);
  const tables = lists.map(([name, rows]) => `\n${spaced(name)}\n${generic(rows as Row[])}`);
  return [...(fields.length > 0 ? [card(fields)] : []), ...tables].join("\n");
}

type Row = Readonly<Record<string, unknown>>;

function isTable(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && isRow(value[0]);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function generic(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name): Column<Row> => {
    const isNumber = rows.every((row) => /^-?\d+(\.\d+)?$/.test(inWords(row[name])));
    const show = (row: Row): string => inWords(row[name]);
    return { name: spaced(name), show, align: isNumber ? "right" : "left" };
  });
  return table(columns, rows);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(inWords).join(", ");
  if (isRow(value)) {
    const parts = Object.entries(value).map(([name, part]) => `${spaced(name)} ${inWords(part)}`);
    return parts.join(", ");
  }
  if (isTime(value)) return shortTime(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function spaced(name: string): string {
  return name.replaceAll("_", " ");
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
}

/** A time as people read it, in UTC: 2026-12-01 08:00. */
export function shortTime(at: string | null): string {
  return at === null ? NOTHING : at.slice(0, 16).replace("T", " ");
}

/** The API's answer as it is, for machines; or what people would rather read. */
export function print(answer: unknown, asJson: boolean | undefined, read: () => string): void {
  process.stdout.write(`${asJson === true ? JSON.stringify(answer, null, 2) : read()}\n`);
}
