import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Balance, LedgerEntryShown, Me } from "../../client/shapes.ts";
import type { UsageResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { card, dollars, number, print, text, time } from "./output.ts";

export function balanceCommand(): Command {
  const description = "What an account may spend, and what is held of it.";
  return clientCommand("balance", description, "  spillway balance acme\n")
    .argument("[ACCOUNT]", "left out: your own")
    .action(async (named: string | undefined, options: Asking) => {
      const login = loginFrom(options);
      const account = named ?? (await ask<Me>(login, "GET", "/v1/me")).account;
      const balance = await ask<Balance>(login, "GET", path`/v1/accounts/${account}/balance`);
      print(balance, options.json, () => balanceText(balance));
    });
}

function balanceText({ account, credit, held, earned, owed, spendable }: Balance): string {
  return card([
    ["account", account],
    ["credit", dollars(credit)],
    ["held", `$${held} for orders and what contracts can still cost`],
    ["earned", `$${earned} from resales, not paid out`],
    ["owed", dollars(owed)],
    ["spendable", dollars(spendable)],
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
    examples:
      "  spillway usage --contract ord_7f3k.0\n  spillway usage --day 2026-12-01 --account acme\n",
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
      ["from <TIME>", "from then on: -2h, 2026-12-01"],
      ["to <TIME>", "until then"],
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
    examples:
      "  spillway ledger --subject ord_7f3k.0\n  spillway ledger --from 2026-12-01 --to 2027-01-01\n",
  });
}
