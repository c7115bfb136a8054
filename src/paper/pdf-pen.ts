import type { Amount } from "./amount.ts";
import { printableInPdf } from "./pdf-text.ts";

export const INK = "#16191d";
export const SOFT = "#5b646e";
export const PALE = "#98a0a8";
export const RULE = "#d9d6ce";
export const ACCENT = "#23408f";

/** A4 in points. */
export const PAGE = {
  width: 595.28,
  height: 841.89,
  left: 50,
  right: 545.28,
  top: 50,
  bottom: 780,
};
export const PLAIN = "Helvetica";
export const BOLD = "Helvetica-Bold";

export interface TextStyle {
  readonly size?: number;
  readonly font?: typeof PLAIN | typeof BOLD;
  readonly color?: string;
}

/** Draws at places that the caller chooses; never breaks a page by itself. */
export class Pen {
  readonly doc: PDFKit.PDFDocument;

  constructor(doc: PDFKit.PDFDocument) {
    this.doc = doc;
  }

  #use({ size = 9, font = PLAIN, color = INK }: TextStyle): void {
    this.doc.font(font).fontSize(size).fillColor(color);
  }

  /** @returns the height that it takes */
  height(text: string, width: number, style: TextStyle = {}): number {
    this.#use(style);
    return this.doc.heightOfString(printableInPdf(text), { width });
  }

  /** Wrapped into the width. @returns where the next line begins */
  text(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    const height = this.height(text, width, style);
    this.doc.text(printableInPdf(text), x, y, { width });
    return y + height;
  }

  /** One line that ends at `right`. @returns where it begins */
  right(text: string, right: number, y: number, style: TextStyle = {}): number {
    this.#use(style);
    const printed = printableInPdf(text);
    const x = right - this.doc.widthOfString(printed);
    this.doc.text(printed, x, y, { lineBreak: false });
    return x;
  }

  /** Cents in ink, what is beyond them paler. */
  figure({ cents, rest }: Amount, right: number, y: number, style: TextStyle = {}): void {
    const middle = rest === "" ? right : this.right(rest, right, y, { ...style, color: PALE });
    this.right(cents, middle, y, style);
  }

  rule(x: number, y: number, right: number, color = RULE, width = 0.5): void {
    this.doc.moveTo(x, y).lineTo(right, y).lineWidth(width).strokeColor(color).stroke();
  }
}
