import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Invoice } from "../invoicing/invoice.ts";
import { microUsd, NO_MONEY } from "../units.ts";
import { textOf } from "./amount.ts";
import { creditNoteSheet, invoiceSheet } from "./invoice-sheet.ts";
import { sheetPage } from "./page.ts";
import { printableInPdf } from "./pdf-text.ts";
import { sheetPdf } from "./pdf.ts";
import { sampleCreditNote, sampleInvoice, seller } from "./sample.test-data.ts";
import type { Sheet } from "./sheet.ts";

const EVIL = `<script>alert("1")</script>&'`;
const sheetOf = (contracts: number, name?: string): Sheet =>
  invoiceSheet(sampleInvoice(contracts, name), seller);

/** The words of a PDF page by page: what its text operators show, which pdfkit writes as hexadecimal in code page 1252. */
function pagesOf(pdf: Uint8Array): string[] {
  const binary = Buffer.from(pdf).toString("latin1");
  const streams = [...binary.matchAll(/stream\n([\s\S]*?)\nendstream/g)];
  const shown = streams.map(([, stream = ""]) => {
    const text = inflateSync(Buffer.from(stream, "latin1")).toString("latin1");
    return [...text.matchAll(/\[(.*?)\] TJ/g)].map(([, parts = ""]) =>
      [...parts.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = ""]) => decoded(hex)).join(""),
    );
  });
  return shown.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
}

function decoded(hex: string): string {
  return new TextDecoder("windows-1252").decode(Buffer.from(hex, "hex"));
}

/** Everything that a sheet shows, in pieces that no line break parts. */
function wordsOf(sheet: Sheet): string[] {
  const { number, seller, customer, facts, headline, tables, totals, statements } = sheet;
  const figures = tables.flatMap(({ rows }) =>
    rows.flatMap(({ what, quantity, price, amount }) => [
      what,
      ...[quantity, price, amount].flatMap((figure) => (figure === null ? [] : [figure.cents])),
    ]),
  );
  const sums = [...totals, ...statements.flatMap(({ rows }) => rows)];
  return [
    number,
    seller.name,
    ...seller.lines,
    customer.name,
    ...customer.lines,
    ...facts.flat(),
    headline.label,
    textOf(headline.amount),
    headline.note,
    ...figures,
    ...sums.flatMap(({ label, amount }) => [label, amount.cents]),
  ];
}

test("the totals on the sheet lead from the subtotal to what is due", () => {
  const { totals } = sheetOf(6);
  const amounts = totals.map(({ label, amount }) => {
    const micros = BigInt(textOf(amount).replaceAll(/[,.]/g, "").replace("−", "-"));
    return [label, micros] as const;
  });
  const at = (label: string): number => amounts.findIndex(([each]) => each === label);
  const sum = (from: number, to: number): bigint =>
    amounts.slice(from, to).reduce((total, [, amount]) => total + amount, 0n);
  expect(sum(0, at("Total"))).toBe(amounts[at("Total")]?.[1]);
  expect(sum(at("Total"), at("Due"))).toBe(amounts[at("Due")]?.[1]);
  expect((amounts[at("Due")]?.[1] ?? 1n) % 10_000n).toBe(0n);
});

test("an invoice that prepaid credit covers asks for nothing", () => {
  const invoice: Invoice = { ...sampleInvoice(2), due: NO_MONEY };
  const { headline, facts } = invoiceSheet(invoice, seller);
  expect([textOf(headline.amount), headline.note]).toEqual(["0.00", "nothing is to be paid"]);
  expect(facts).toContainEqual(["Pay by", "paid"]);
  const almost = invoiceSheet({ ...invoice, due: microUsd(9_999n) }, seller);
  expect(textOf(almost.headline.amount)).toBe("0.00");
});

test("what comes from outside is text on the page, wherever it stands", () => {
  const note = { ...sampleCreditNote(), reason: EVIL };
  const pages = [
    sheetPage(sheetOf(2, EVIL)),
    sheetPage(creditNoteSheet(note, { name: EVIL, lines: [EVIL] })),
  ];
  for (const page of pages) {
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<b>start");
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;");
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  }
});

test("page and PDF show the same words and figures", async () => {
  const sheets = [sheetOf(4), creditNoteSheet(sampleCreditNote(), seller)];
  for (const sheet of sheets) {
    const html = sheetPage(sheet).replaceAll(/<[^>]*>/g, "");
    const text = (await sheetPdf(sheet).then(pagesOf)).join(" ").replaceAll(/\s+/g, " ");
    for (const word of wordsOf(sheet)) {
      expect(html).toContain(word);
      expect(text).toContain(printableInPdf(word));
    }
  }
});

test("hundreds of lines break between rows, under a repeated head, with every line there once", async () => {
  const sheet = sheetOf(300);
  const pages = pagesOf(await sheetPdf(sheet));
  expect(pages.length).toBeGreaterThan(10);
  const all = pages.join("\n");
  for (const row of sheet.tables.flatMap(({ rows }) => rows)) {
    const [detail = ""] = row.details;
    const on = pages.filter((page) => page.split("\n").includes(printableInPdf(detail)));
    expect(on.length).toBe(1);
    expect(on[0]?.split("\n")).toContain(printableInPdf(row.details[1] ?? ""));
  }
  expect(all.match(/Charges, continued/g)?.length).toBe(
    pages.filter((page) => page.includes("Charges, continued")).length,
  );
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
  }
});

async function digest(): Promise<string> {
  const pdf = await sheetPdf(sheetOf(20));
  return createHash("sha256").update(pdf).digest("hex");
}

test("the same invoice gives the same bytes", async () => {
  const first = await digest();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await digest()).toBe(first);
});

test.each([
  ["Zürich €5 – “a”", "Zürich €5 – “a”"],
  ["−5", "–5"],
  ["Łódź", "Lódz"],
  ["株式会社 x", "???? x"],
  ["a\nb\tc", "a b c"],
])("%j is drawn as %j in a PDF", (text, drawn) => {
  expect(printableInPdf(text)).toBe(drawn);
});
