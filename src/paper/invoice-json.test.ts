import { expect, test } from "vitest";
import { creditNoteJson, invoiceJson } from "./invoice-json.ts";
import { creditNoteShape, invoiceShape } from "./invoice-shape.ts";
import { sampleCreditNote, sampleInvoice } from "./sample.test-data.ts";

test("an invoice and a credit note have the shape that is documented, and nothing besides", () => {
  expect(() => invoiceShape.parse(invoiceJson(sampleInvoice(5)))).not.toThrow();
  expect(() => creditNoteShape.parse(creditNoteJson(sampleCreditNote()))).not.toThrow();
});

function micros(text: string): bigint {
  const [dollars = "", decimals = ""] = text.replace("-", "").split(".");
  const size = BigInt(dollars + decimals.padEnd(6, "0"));
  return text.startsWith("-") ? -size : size;
}

test("the JSON adds up exactly, and says what is asked for in cents", () => {
  const json = invoiceJson(sampleInvoice(5));
  const sum = (texts: readonly string[]): bigint =>
    texts.reduce((total, text) => total + micros(text), 0n);
  expect(sum(json.lines.map(({ amount }) => amount))).toBe(sum([json.subtotal, json.credits]));
  expect(sum(json.lines.map(({ tax }) => tax))).toBe(micros(json.tax));
  expect(sum([json.subtotal, json.tax])).toBe(sum([json.total, json.credits]));
  for (const { opening, movements, closing } of [json.balance, json.earnings]) {
    expect(sum([opening, ...movements.map(({ amount }) => amount)])).toBe(micros(closing));
  }
  expect(json.to_pay).toMatch(/\.\d\d$/);
  expect(sum([json.due]) - sum([json.to_pay])).toBeLessThan(10_000n);
});

test("who was paid is not told, only the customer", () => {
  const text = JSON.stringify(invoiceJson(sampleInvoice(3)));
  expect(text).not.toContain("liabilities:");
  expect(text).not.toContain("revenues:");
});
