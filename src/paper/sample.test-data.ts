import { creditOf, FEES, heldOf, payableTo, revenueOf, TAX } from "../ledger/chart.ts";
import { composeInvoice } from "../invoicing/compose.ts";
import type { CreditNote, Invoice } from "../invoicing/invoice.ts";
import type { BilledReading, PostedEntry } from "../invoicing/posted.ts";
import {
  charge,
  epochMs,
  gpuMs,
  gpus,
  HOUR_MS,
  later,
  microUsd,
  microUsdPerGpuHour,
  NO_MONEY,
  notice,
  ppm,
  shareOf,
} from "../units.ts";
import type { Party } from "./sheet.ts";

const START = epochMs(Date.UTC(2026, 5, 1));
const END = epochMs(Date.UTC(2026, 6, 1));
const SKUS = ["H100-SXM", "A100-80G", "B200"];
const NOTICES = [Infinity, 86_400_000, 14_400_000, 900_000, 120_000, 0];

export const seller: Party = {
  name: "Example Compute",
  lines: ["1 Cluster Road, 12345 Exampletown", "VAT DE123456789"],
};

/** June of a customer that has bought `contracts` contracts, each metered daily, and resells. */
export function sampleInvoice(contracts: number, name = "Acme Research GmbH"): Invoice {
  const entries: PostedEntry[] = [];
  const readings: BilledReading[] = [];
  let transaction = 0;
  const post = (at: number, ...legs: [string, string, string, bigint, string][]): void => {
    transaction += 1;
    for (const [leg, [kind, debit, credit, amount, subject]] of legs.entries()) {
      const money = microUsd(amount);
      entries.push({
        transaction,
        leg,
        at: epochMs(at),
        kind,
        debit,
        credit,
        amount: money,
        subject,
      });
    }
  };
  const all = Array.from({ length: contracts }, (_, index) => ({
    contract: `con_${(index * 7_919 + 100_003).toString(36).padStart(8, "0")}`,
    sku: SKUS[index % SKUS.length] ?? "",
    gpus: gpus(8 * (1 + (index % 16))),
    window: { start: START, end: later(START, (24 * HOUR_MS * (1 + (index % 4))) as never) },
    notice: notice(NOTICES[index % NOTICES.length] ?? 0),
    price: microUsdPerGpuHour(1_234_567n + 98_765n * BigInt(index % 20)),
  }));
  post(START, ["deposit", "assets:cash:stripe", creditOf("acme"), 2_500_000_000n, "stripe:pi_1"]);
  for (const [index, { contract, gpus: count, price }] of all.entries()) {
    const delivered = gpuMs(count * (24 * HOUR_MS - 61_003 * (index % 3)));
    const cost = charge(price, delivered, "floor");
    const tax = shareOf(cost, ppm(190_000), "floor");
    const held = heldOf("acme");
    const at = START + HOUR_MS * (1 + index);
    readings.push({ sequence: 50 + 3 * index, at: epochMs(at), contract, gpuMs: delivered });
    post(at, ["usage", held, revenueOf("p"), cost, contract], ["tax", held, TAX, tax, contract]);
  }
  const [first] = all;
  if (first !== undefined) {
    const { contract } = first;
    const payable = payableTo("acme");
    post(
      END - 9,
      ["usage", heldOf("neo"), payable, 90_000_000n, "con_resold"],
      ["fee", payable, FEES, 1_800_000n, "con_resold"],
    );
    post(END - 8, ["compensation", "expenses:c", creditOf("acme"), 12_345_678n, contract]);
    post(END - 7, [
      "goodwill",
      "expenses:goodwill",
      creditOf("acme"),
      5_000_000n,
      "late <b>start</b>",
    ]);
  }
  const draft = composeInvoice({
    customer: { id: "acme", name, email: "billing@acme.example", taxRate: ppm(190_000) },
    period: { start: START, end: END },
    contracts: all,
    purchases: all.map(({ contract, price }) => ({
      contract,
      payee: revenueOf("p"),
      price,
      taxRate: ppm(190_000),
      feeRate: ppm(0),
    })),
    entries,
    readings,
    opening: { balance: NO_MONEY, earnings: NO_MONEY },
    creditNotes: new Set(),
    eventOf: (number) => number * 3 + 48,
  });
  const owed = draft.balance.closing < 0n ? microUsd(0n - draft.balance.closing) : NO_MONEY;
  const number = "INV-2026-000042";
  return {
    kind: "invoice",
    ...draft,
    number,
    issued: END,
    payBy: epochMs(Date.UTC(2026, 6, 15)),
    due: owed,
  };
}

export function sampleCreditNote(): CreditNote {
  const { customer } = sampleInvoice(1);
  const common = { own: heldOf("acme"), other: revenueOf("p"), taxRate: ppm(190_000) };
  const amount = microUsd(17_283_945n);
  const tax = microUsd(3_283_950n);
  return {
    kind: "credit_note",
    number: "CN-2026-000003",
    issued: END,
    customer,
    invoice: "INV-2026-000042",
    reason: "Metered twice while a node was moved",
    lines: [{ line: 0, kind: "usage", subject: "con_000025xv", amount, tax, ...common }],
    taxes: [{ rate: ppm(190_000), taxable: amount, amount: tax }],
    subtotal: amount,
    tax,
    total: microUsd(amount + tax),
  };
}
