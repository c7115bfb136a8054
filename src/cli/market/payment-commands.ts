import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { PaymentResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { number, print, text, time } from "./output.ts";

export function paymentsCommand(): Command {
  return listCommand<PaymentResource>({
    name: "payments",
    description: "Money that came in, went out or was given, newest first.",
    path: "/v1/payments",
    filters: [
      ["account <ID>", "whose"],
      ["kind <KIND>", "deposit, payout, reversal, goodwill, correction or breach_credit"],
    ],
    columns: [
      time("time (UTC)", ({ at }) => at),
      text("account", ({ account }) => account),
      text("kind", ({ kind }) => kind),
      number("amount $", ({ amount }) => amount),
      text("payment", ({ id }) => id),
    ],
    nothing: "No money has come in yet.",
    examples: "  spillway payments --account acme --kind deposit\n",
  });
}

interface Paying extends Asking {
  readonly reference?: string;
}

export function depositCommand(): Command {
  return payment("deposit", "Book a payment that has come in: the credit grows by it.", "deposits");
}

export function payoutCommand(): Command {
  return payment("payout", "Book a payment to a customer, of what it has earned.", "payouts");
}

function payment(name: string, description: string, resource: string): Command {
  const example = `  spillway ${name} acme 500.00 --reference bank-2026-0042\n`;
  return clientCommand(name, description, example)
    .argument("<ACCOUNT>")
    .argument("<DOLLARS>")
    .option("--reference <TEXT>", "the payer's or the bank's own: each is booked once")
    .action(async (account: string, amount: string, options: Paying) => {
      await book(resource, { account, amount, reference: referenceIn(options) }, options);
    });
}

function referenceIn({ reference = `cli-${randomUUID()}` }: Paying): string {
  return reference;
}

async function book(resource: string, body: object, options: Asking): Promise<void> {
  const login = loginFrom(options);
  const booked = await ask<PaymentResource>(login, "POST", `/v1/${resource}`, { body });
  const { id, kind, amount } = booked;
  print(booked, options.json, () => `Booked: a ${kind} of $${amount}, ${id}.`);
}

export function reversalCommand(): Command {
  const examples = "  spillway reversal acme 500.00 --of bank-2026-0042\n";
  return clientCommand("reversal", "Book a deposit that was taken back.", examples)
    .argument("<ACCOUNT>")
    .argument("<DOLLARS>")
    .requiredOption("--of <REFERENCE>", "of the deposit")
    .option("--reference <TEXT>", "of the reversal itself: each is booked once")
    .action(async (account: string, amount: string, options: Paying & { readonly of: string }) => {
      const { of } = options;
      await book("reversals", { account, amount, of, reference: referenceIn(options) }, options);
    });
}

interface PayingIn extends Asking {
  readonly successUrl?: string;
  readonly cancelUrl?: string;
  readonly account?: string;
}

export function checkoutCommand(): Command {
  const description = "Pay in by card, where the owner takes cards: says where to.";
  return clientCommand("checkout", description, "  spillway checkout 500.00 --as acme\n")
    .argument("<DOLLARS>")
    .option("--success-url <URL>", "where the browser goes then; left out: to the server")
    .option("--cancel-url <URL>", "where it goes if nothing is paid; left out: the same")
    .option("--account <ID>", "for whom: only the owner pays in for others")
    .action(async (amount: string, options: PayingIn) => {
      const login = loginFrom(options);
      const { successUrl = login.url, cancelUrl = successUrl, account } = options;
      const body = { account, amount, success_url: successUrl, cancel_url: cancelUrl };
      const opened = await ask<{ url: string }>(login, "POST", "/v1/checkouts", { body });
      print(opened, options.json, () => opened.url);
    });
}

interface Giving extends Asking {
  readonly for: string;
  readonly kind?: string;
}

export function creditCommand(): Command {
  const description = "Give a customer credit: goodwill, or the correction of a meter.";
  return clientCommand("credit", description, "  spillway credit acme 25.00 --for ord_7f3k.0\n")
    .argument("<ACCOUNT>")
    .argument("<DOLLARS>")
    .requiredOption("--for <ID>", "the contract, order or claim that it is for")
    .option("--kind <KIND>", "goodwill or correction")
    .action(async (account: string, amount: string, options: Giving) => {
      const body = { account, amount, kind: options.kind, subject: options.for };
      const given = await ask<PaymentResource>(loginFrom(options), "POST", "/v1/credits", { body });
      print(given, options.json, () => `Given: $${given.amount} of ${given.kind}, ${given.id}.`);
    });
}
