import { BOLD, INK, PAGE, type Pen, SOFT } from "./pdf-pen.ts";
import type { SheetRow, SheetTable } from "./sheet.ts";

/** Right edges of the columns of figures. */
const QUANTITY = 395;
const PRICE = 462;
const AMOUNT = PAGE.right;
const WHAT = { x: PAGE.left, width: 265 };

const NAME = { size: 9 };
const DETAIL = { size: 7.5, color: SOFT };
const HEAD = { size: 7, font: BOLD, color: SOFT } as const;
const TITLE = { size: 10.5, font: BOLD } as const;
const LEAST_ROOM = 90;

/** Breaks between rows, never in one, and repeats its head on each page. @returns where it ends */
export function drawTable(pen: Pen, table: SheetTable, top: number): number {
  const isPriced = table.rows.some(({ quantity, price }) => quantity !== null || price !== null);
  let y = top + LEAST_ROOM > PAGE.bottom ? newPage(pen) : top;
  y = drawHead(pen, table.title, y, isPriced);
  for (const row of table.rows) {
    if (y + rowHeight(pen, row) > PAGE.bottom) {
      y = drawHead(pen, `${table.title}, continued`, newPage(pen), isPriced);
    }
    y = drawRow(pen, row, y);
  }
  return y + 20;
}

export function newPage(pen: Pen): number {
  pen.doc.addPage();
  return PAGE.top;
}

function drawHead(pen: Pen, title: string, top: number, isPriced: boolean): number {
  const y = pen.text(title, PAGE.left, top, WHAT.width, TITLE) + 6;
  pen.text("WHAT", WHAT.x, y, WHAT.width, HEAD);
  if (isPriced) {
    pen.right("GPU-HOURS", QUANTITY, y, HEAD);
    pen.right("PRICE", PRICE, y, HEAD);
  }
  pen.right("AMOUNT", AMOUNT, y, HEAD);
  pen.rule(PAGE.left, y + 11, PAGE.right, INK, 0.9);
  return y + 12;
}

const PADDING = 5;

function rowHeight(pen: Pen, { what, details }: SheetRow): number {
  const below = details.reduce((sum, each) => sum + pen.height(each, WHAT.width, DETAIL) + 1, 0);
  return pen.height(what, WHAT.width, NAME) + below + 2 * PADDING;
}

function drawRow(pen: Pen, row: SheetRow, top: number): number {
  const { what, details, quantity, price, amount } = row;
  const first = top + PADDING;
  if (quantity !== null) pen.figure(quantity, QUANTITY, first, NAME);
  if (price !== null) pen.figure(price, PRICE, first, NAME);
  pen.figure(amount, AMOUNT, first, NAME);
  let y = pen.text(what, WHAT.x, first, WHAT.width, NAME);
  for (const each of details) y = pen.text(each, WHAT.x, y + 1, WHAT.width, DETAIL);
  pen.rule(PAGE.left, y + PADDING, PAGE.right);
  return y + PADDING;
}
