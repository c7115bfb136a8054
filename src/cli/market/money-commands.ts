import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Balance, LedgerEntryShown, Me } from "../../client/shapes.ts";
import type { PaymentResource, UsageResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { card, number, print, text, time } from "./output.ts";

export function balanceCommand(): Command {
  return clientCommand("balance", "What an account may spend, and what is held of it.")
    .argument("[ACCOUNT]", "left out: your own")
    .action(async (named: string | undefined, options: Asking) => {
      const login = loginFrom(options);
      const account = named ?? (await ask<Me>(login, "GET", "/v1/me")).account;
      const balance = await ask<Balance>(login, "GET", path`/v1/accounts/${account}/balance`);
      print(balance, options.json, () => balanceText(balance));
    });
}

function balanceText({ account, credit, held, earned, spendable }: Balance): string {
  return card([
    ["account", account],
    ["credit", `$${credit}`],
    ["held", `$${held} for orders and what contracts can still cost`],
    ["earned", `$${earned} from resales, not paid out`],
    ["spendable", `$${spendable}`],
  ]);
}

export function usageCommand(): Command {
  return listCommand<UsageResource>({
    name: "usage",
    description: "GPU-hours delivered, by contract and day (UTC), newest first.",
    path: "/v1/usage",
    filters: [
      ["contract <ID>", "of this contract"],
      ["day <DATE>", "of this day: 2026-12-01"],
      ["account <ID>", "whose"],
    ],
    columns: [
      text("day", ({ day }) => day),
      text("contract", ({ contract }) => contract),
      number("GPU-h", ({ gpu_hours }) => gpu_hours),
      number("amount $", ({ amount }) => amount),
      number("tax $", ({ tax }) => tax),
    ],
    nothing: "Nothing has been delivered yet.",
  });
}

export function ledgerCommand(): Command {
  return listCommand<LedgerEntryShown>({
    name: "ledger",
    description: "Ledger entries, newest first: what has moved, and for what.",
    path: "/v1/ledger",
    filters: [
      ["subject <ID>", "for this contract, order or payment"],
      ["ledger-account <NAME>", "of this account of the ledger"],
      ["from <TIME>", "from then on, ISO 8601"],
      ["to <TIME>", "until then, ISO 8601"],
    ],
    columns: [
      number("no.", ({ transaction, leg }) => `${transaction}.${leg}`),
      time("time (UTC)", ({ at }) => at),
      text("kind", ({ kind }) => kind),
      text("to (debit)", ({ debit }) => debit),
      text("from (credit)", ({ credit }) => credit),
      number("amount $", ({ amount }) => amount),
      text("for", ({ subject }) => subject),
    ],
    nothing: "Nothing has moved yet.",
  });
}

export function paymentsCommand(): Command {
  return listCommand<PaymentResource>({
    name: "payments",
    description: "Money that came in, went out or was given, newest first.",
    path: "/v1/payments",
    filters: [
      ["account <ID>", "whose"],
      ["kind <KIND>", "deposit, payout, goodwill or correction"],
    ],
    columns: [
      time("time (UTC)", ({ at }) => at),
      text("account", ({ account }) => account),
      text("kind", ({ kind }) => kind),
      number("amount $", ({ amount }) => amount),
      text("payment", ({ id }) => id),
    ],
    nothing: "No money has come in yet.",
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
      const body = { account, amount, reference: options.reference ?? `cli-${randomUUID()}` };
      const booked = await ask<PaymentResource>(loginFrom(options), "POST", `/v1/${resource}`, {
        body,
      });
      print(
        booked,
        options.json,
        () => `Booked: a ${booked.kind} of $${booked.amount}, ${booked.id}.`,
      );
    });
}

interface Giving extends Asking {
  readonly for: string;
  readonly kind?: string;
}

export function creditCommand(): Command {
  return clientCommand("credit", "Give a customer credit: goodwill, or the correction of a meter.")
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
