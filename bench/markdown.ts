/** Tables for the terminal and the docs alike: Markdown whose columns are padded. */

/** @returns the table's lines; the first column is of words, the others of figures, which stand right */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(4, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [head, rule, ...rows].map((cells) => line(cells, widths)).join("\n");
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = widths.map((width, column) => {
    const cell = cells[column] ?? "";
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `| ${padded.join(" | ")} |`;
}

/** What stands in a cell that has no figure. */
export const NOTHING = "—";

export function percent(share: number | null, digits = 1): string {
  return share === null ? NOTHING : `${(share * 100).toFixed(digits)} %`;
}

/** @param digits behind the point */
export function fixed(value: number | null, digits: number): string {
  return value === null ? NOTHING : value.toFixed(digits);
}

export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}
