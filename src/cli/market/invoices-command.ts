import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { InvoiceResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { downloadCommand } from "./download-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import type { Column } from "./output.ts";
import { card, number, print, shortTime, table, text, time } from "./output.ts";

export function invoicesCommand(): Command {
  return group("invoices", "Invoices: look at them, download them, issue them.", [
    listInvoices(),
    downloadCommand({
      what: "An invoice",
      path: "/v1/invoices",
      examples: "  spillway invoices download INV-2026-000001 --output december.pdf\n",
    }),
    issueInvoice(),
  ]);
}

function listInvoices(): Command {
  return listCommand<InvoiceResource>({
    name: "list",
    description: "Invoices, newest first.",
    path: "/v1/invoices",
    filters: [
      ["account <ID>", "whose"],
      ["status <STATUS>", "issued, paid or void"],
    ],
    columns: [
      text("invoice", ({ id }) => id),
      text("account", ({ account }) => account),
      time("issued (UTC)", ({ invoice }) => invoice.issued),
      number("total $", ({ invoice }) => invoice.total),
      number("to pay $", ({ due }) => due),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no invoices. Months that are over are invoiced by themselves.",
    examples: "  spillway invoices show INV-2026-000001\n",
    one: invoiceText,
  });
}

type Line = InvoiceResource["invoice"]["lines"][number];

const LINES: readonly Column<Line>[] = [
  text("what", ({ kind }) => kind.replaceAll("_", " ")),
  text("for", ({ subject }) => subject),
  number("GPU-h", ({ gpu_hours }) => gpu_hours),
  number("$/GPU-h", ({ price_per_gpu_hour }) => price_per_gpu_hour),
  number("amount $", ({ amount }) => amount),
  number("tax $", ({ tax }) => tax),
];

export function invoiceText({ id, status, due, invoice }: InvoiceResource): string {
  const { customer, period, issued, lines, subtotal, tax, credits, total } = invoice;
  const head = card([
    ["invoice", `${id}, ${status}`],
    ["for", `${customer.name} (${customer.account})`],
    ["period", `${shortTime(period.start)} to ${shortTime(period.end)} UTC`],
    ["issued", `${shortTime(issued)} UTC`],
  ]);
  const sums = card([
    ["subtotal", `$${subtotal}`],
    ["tax", `$${tax}`],
    ["credits", `$${credits}`],
    ["total", `$${total}`],
    ["to pay", `$${due}`],
  ]);
  return `${head}\n\n${table(LINES, lines)}\n\n${sums}`;
}

interface Issuing extends Asking {
  readonly until?: string;
}

function issueInvoice(): Command {
  const description = "Invoice a customer now for what was posted since the last time.";
  return clientCommand("issue", description, "  spillway invoices issue acme\n")
    .argument("<ACCOUNT>")
    .option("--until <TIME>", "up to then; left out: now")
    .action(async (account: string, options: Issuing) => {
      const login = loginFrom(options);
      const body = { account, until: await moment(login, "--until", options.until) };
      const { data } = await ask<{ data: InvoiceResource[] }>(login, "POST", "/v1/invoices", {
        body,
      });
      print({ data }, options.json, () => {
        if (data.length === 0) return "Nothing was charged or credited since: there is no invoice.";
        return data.map(invoiceText).join("\n\n");
      });
    });
}
