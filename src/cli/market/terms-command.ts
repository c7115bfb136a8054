import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { Terms } from "../../client/shapes.ts";
import type { AccountResource } from "../../views/resources.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { print } from "./output.ts";

export function termsCommand(): Command {
  return group("terms", "The owner's terms: which version buyers must have accepted.", [
    showTerms(),
    acceptTerms(),
    requireTerms(),
  ]);
}

function showTerms(): Command {
  return clientCommand("show", "Which version is asked for now.", "  spillway terms\n").action(
    async (options: Asking) => {
      const terms = await ask<Terms>(loginFrom(options), "GET", "/v1/terms");
      print(terms, options.json, () => termsText(terms));
    },
  );
}

function termsText({ version }: Terms): string {
  if (version === null) return "Buyers need not accept any terms.";
  return `Buyers must have accepted version ${version}: spillway terms accept ${version}`;
}

interface Accepting extends Asking {
  readonly account?: string;
}

function acceptTerms(): Command {
  const examples = "  spillway terms accept 2026-12 --as acme\n";
  return clientCommand("accept", "Accept the version that is asked for now.", examples)
    .argument("<VERSION>", "which you have read")
    .option("--account <ID>", "for whom: only the owner accepts for others")
    .action(async (version: string, options: Accepting) => {
      const body = { version, account: options.account };
      const login = loginFrom(options);
      const account = await ask<AccountResource>(login, "POST", "/v1/terms/acceptance", { body });
      print(account, options.json, () => `Account ${account.id} has accepted version ${version}.`);
    });
}

interface Requiring extends Asking {
  readonly none?: true;
}

function requireTerms(): Command {
  const description = "Let nobody buy who has not accepted this version; what is sold stays sold.";
  return clientCommand("require", description, "  spillway terms require 2026-12\n")
    .argument("[VERSION]")
    .option("--none", "ask for none any more")
    .action(async (version: string | undefined, options: Requiring) => {
      if ((version === undefined) !== (options.none === true)) {
        throw new UsageError("say which version, or --none");
      }
      const body = { version: version ?? null };
      const terms = await ask<Terms>(loginFrom(options), "POST", "/v1/terms", { body });
      print(terms, options.json, () => termsText(terms));
    });
}
