import PdfDocument from "pdfkit";
import { drawOpening } from "./pdf-opening.ts";
import { PAGE, Pen, SOFT } from "./pdf-pen.ts";
import { drawEnd } from "./pdf-end.ts";
import { drawTable } from "./pdf-table.ts";
import type { Sheet } from "./sheet.ts";

/** A sheet as a PDF on A4. The same sheet gives the same bytes. */
export async function sheetPdf(sheet: Sheet): Promise<Uint8Array<ArrayBuffer>> {
  const issued = new Date(sheet.issued);
  const doc = new PdfDocument({
    size: "A4",
    margin: 0,
    bufferPages: true,
    info: {
      Title: `${sheet.title} ${sheet.number}`,
      Author: sheet.seller.name,
      Creator: "Spillway",
      Producer: "Spillway",
      CreationDate: issued,
      ModDate: issued,
    },
    lang: "en",
  });
  const pieces: Uint8Array[] = [];
  doc.on("data", (piece: Uint8Array) => pieces.push(piece));
  const ended = new Promise<void>((resolve, reject) => doc.on("end", resolve).on("error", reject));
  draw(doc, sheet);
  doc.end();
  await ended;
  return new Uint8Array(Buffer.concat(pieces));
}

function draw(doc: PDFKit.PDFDocument, sheet: Sheet): void {
  const pen = new Pen(doc);
  let y = drawOpening(pen, sheet);
  for (const table of sheet.tables) y = drawTable(pen, table, y);
  drawEnd(pen, sheet, y);
  numberPages(pen, sheet);
}

function numberPages(pen: Pen, { title, number, seller }: Sheet): void {
  const { start, count } = pen.doc.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pen.doc.switchToPage(page);
    const style = { size: 7.5, color: SOFT };
    pen.text(`${seller.name}, ${title.toLowerCase()} ${number}`, PAGE.left, 803, 380, style);
    pen.right(`Page ${page + 1} of ${count}`, PAGE.right, 803, style);
  }
}
