import { BOLD, INK, PAGE, PLAIN, type Pen, SOFT } from "./pdf-pen.ts";
import { newPage } from "./pdf-table.ts";
import type { Sheet, SheetStatement, SheetTotal } from "./sheet.ts";

const STATEMENT = { x: PAGE.left, right: 262, size: 8, step: 13 };
const TOTALS = { x: 300, right: PAGE.right, size: 9, step: 15 };
const REMARK = { size: 7.5, color: SOFT };
const TITLE_STEP = 16;

type Column = typeof STATEMENT | typeof TOTALS;

/** Totals on the right, statements on the left, remarks below; together on one page. */
export function drawEnd(pen: Pen, sheet: Sheet, after: number): void {
  const top = after + heightOf(pen, sheet) > PAGE.bottom ? newPage(pen) : after;
  const totals = drawRows(pen, sheet.totals, TOTALS, top);
  let left = top;
  for (const statement of sheet.statements) left = drawStatement(pen, statement, left) + 8;
  let y = Math.max(totals, left) + 14;
  pen.rule(PAGE.left, y, PAGE.right);
  y += 8;
  for (const remark of sheet.remarks) y = pen.text(remark, PAGE.left, y, width(), REMARK) + 2;
}

const width = (): number => PAGE.right - PAGE.left;

function heightOf(pen: Pen, { totals, statements, remarks }: Sheet): number {
  const left = statements.reduce(
    (sum, { rows }) => sum + TITLE_STEP + (rows.length + 1) * STATEMENT.step + 8,
    0,
  );
  const below = remarks.reduce((sum, remark) => sum + pen.height(remark, width(), REMARK) + 2, 30);
  return Math.max(left, (totals.length + 1) * TOTALS.step) + below;
}

function drawStatement(pen: Pen, { title, rows }: SheetStatement, top: number): number {
  pen.text(title, STATEMENT.x, top, 200, { size: 9, font: BOLD });
  return drawRows(pen, rows, STATEMENT, top + TITLE_STEP);
}

function drawRows(pen: Pen, rows: readonly SheetTotal[], column: Column, top: number): number {
  let y = top;
  for (const { label, amount, isStrong } of rows) {
    if (isStrong) {
      pen.rule(column.x, y, column.right, INK, 0.9);
      y += 4;
    }
    const style = { size: column.size, font: isStrong ? BOLD : PLAIN } as const;
    pen.text(label, column.x, y, column.right - column.x - 70, style);
    pen.figure(amount, column.right, y, style);
    y += column.step;
  }
  return y;
}
