import { textOf } from "./amount.ts";
import { ACCENT, BOLD, PAGE, type Pen, SOFT } from "./pdf-pen.ts";
import type { Party, Sheet } from "./sheet.ts";

const TO = { x: PAGE.left, width: 165 };
const FACTS = { x: 225, label: 48, width: 140 };
const HEADLINE_SPACE = 120;

/** Whose it is, for whom, and what it comes to. @returns where the tables begin */
export function drawOpening(pen: Pen, sheet: Sheet): number {
  pen.doc.rect(0, 0, PAGE.width, 5).fill(ACCENT);
  const titled = pen.text(sheet.title, PAGE.left, PAGE.top, 260, { size: 24, font: BOLD });
  const numbered = pen.text(sheet.number, PAGE.left, titled, 260, { size: 10, color: SOFT });
  const sold = drawSeller(pen, sheet.seller);
  const top = Math.max(numbered, sold) + 28;
  const below = [drawCustomer(pen, sheet.customer, top), drawFacts(pen, sheet, top)];
  return Math.max(...below, drawHeadline(pen, sheet, top)) + 26;
}

function drawSeller(pen: Pen, { name, lines }: Party): number {
  let y = PAGE.top + 5;
  for (const [index, line] of [name, ...lines].entries()) {
    pen.right(line, PAGE.right, y, index === 0 ? { size: 10, font: BOLD } : { color: SOFT });
    y += 13;
  }
  return y;
}

function drawCustomer(pen: Pen, { name, lines }: Party, top: number): number {
  let y = pen.text("TO", TO.x, top, TO.width, { size: 7, font: BOLD, color: SOFT }) + 3;
  y = pen.text(name, TO.x, y, TO.width, { size: 10, font: BOLD }) + 1;
  for (const line of lines) y = pen.text(line, TO.x, y, TO.width, { color: SOFT }) + 1;
  return y;
}

function drawFacts(pen: Pen, { facts }: Sheet, top: number): number {
  let y = top;
  for (const [label, value] of facts) {
    pen.text(label, FACTS.x, y, FACTS.label, { color: SOFT });
    y = pen.text(value, FACTS.x + FACTS.label, y, FACTS.width) + 3;
  }
  return y;
}

function drawHeadline(pen: Pen, { headline }: Sheet, top: number): number {
  const { label, amount, note } = headline;
  pen.right(label.toUpperCase(), PAGE.right, top, { size: 7, font: BOLD, color: SOFT });
  const figure = `$${textOf(amount)}`;
  const size = figure.length > 12 ? 15 : 20;
  pen.right(figure, PAGE.right, top + 10, { size, font: BOLD, color: ACCENT });
  const isLong = pen.height(note, HEADLINE_SPACE) > 12;
  pen.right(note, PAGE.right, top + 14 + size, { size: isLong ? 8 : 9, color: SOFT });
  return top + 50;
}
