import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import type { AccountResource, MemberResource } from "../../views/resources.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import type { NewKey } from "./keys-command.ts";
import { listCommand } from "./list-command.ts";
import { describe, number, print, text } from "./output.ts";
import { keepSecret } from "./save.ts";
import { gpuCount } from "./wanted.ts";

export function accountsCommand(): Command {
  return group("accounts", "Accounts: who may buy, and on which terms.", [
    listAccounts(),
    createAccount(),
    changeAccount(),
    closeAccount(),
    reopenAccount(),
  ]);
}

function listAccounts(): Command {
  return listCommand<AccountResource>({
    name: "list",
    description: "The accounts that you may see, newest first.",
    path: "/v1/accounts",
    filters: [["status <STATUS>", "active or closed"]],
    columns: [
      text("account", ({ id }) => id),
      text("name", ({ name }) => name),
      text("email", ({ email }) => email),
      text("pays", ({ payment: { kind, limit } }) =>
        kind === "prepaid" ? kind : `${kind} to $${limit}`,
      ),
      number("tax", ({ tax_rate }) => tax_rate),
      number("most GPUs", ({ max_gpus }) => max_gpus),
      text("status", ({ status }) => status),
    ],
    nothing: "There are no accounts.",
    examples: "  spillway accounts show acme\n",
    one: describe,
  });
}

interface Terms extends Asking {
  readonly name?: string;
  readonly email?: string;
  readonly postpaid?: string;
  readonly prepaid?: true;
  readonly tax?: string;
  readonly maxGpus?: string;
  readonly skus?: string;
  readonly saveKey?: string;
}

function withTerms(command: Command): Command {
  return command
    .option("--name <NAME>", "as it stands on invoices")
    .option("--email <ADDRESS>", "whom to write to")
    .option("--postpaid <LIMIT>", "may owe so many dollars")
    .option("--prepaid", "buys with what is paid in only")
    .option("--tax <SHARE>", "0.19 is 19 %")
    .option("--max-gpus <N>", "may hold and have on order at one time; any: as many as it likes")
    .option("--skus <LIST>", "may buy only these, with commas; any: all");
}

function termsOf(terms: Terms) {
  return {
    name: terms.name,
    email: terms.email,
    payment: terms.postpaid === undefined ? terms.prepaid && "prepaid" : "postpaid",
    limit: terms.postpaid,
    tax_rate: terms.tax === undefined ? undefined : shareIn(terms.tax),
    max_gpus: limitIn(terms.maxGpus, gpuCount),
    skus: limitIn(terms.skus, (list) => list.split(",")),
  };
}

/** @returns null for `any`: there is no limit */
function limitIn<Limit>(text: string | undefined, read: (text: string) => Limit) {
  if (text === undefined) return undefined;
  return text === "any" ? null : read(text);
}

function shareIn(text: string): number {
  if (/^[01](\.\d{1,6})?$/.test(text)) return Number(text);
  throw new UsageError(`--tax is a share from 0 to 1, like 0.19, not "${text}"`);
}

function createAccount(): Command {
  const examples = "  spillway accounts create acme --email ops@acme.example --save-key acme.key\n";
  const command = clientCommand("create", "Make an account for a customer.", examples);
  return withTerms(command.argument("<ID>", "2 to 40 of a-z, 0-9 and -"))
    .option("--save-key <FILE>", "and a first member with a key, in this new file")
    .action(async (id: string, options: Terms) => {
      if (options.email === undefined) throw new UsageError("say whom to write to: --email …");
      const { name = id, email, saveKey } = options;
      const login = loginFrom(options);
      const body = { id, ...termsOf(options), name };
      const { account } = await keepSecret("--save-key", saveKey, async () => {
        const account = await ask<AccountResource>(login, "POST", "/v1/accounts", { body });
        if (saveKey === undefined) return { account, id, secret: null };
        return { ...(await firstKey(login, { id, name, email })), account };
      });
      const kept = saveKey === undefined ? "" : ` Its administrator's key is in ${saveKey}.`;
      print(account, options.json, () => `Account ${account.id} is ${account.status}.${kept}`);
    });
}

async function firstKey(
  login: Login,
  { id, name, email }: { id: string; name: string; email: string },
) {
  const body = { account: id, name, email, role: "buyer_admin" };
  const member = await ask<MemberResource>(login, "POST", "/v1/members", { body });
  const wanted = { member: member.id, name: "first key" };
  return ask<NewKey>(login, "POST", "/v1/keys", { body: wanted });
}

function changeAccount(): Command {
  const examples = "  spillway accounts change acme --postpaid 10000 --max-gpus 512\n";
  const description = "Change who may buy what, and how it pays; what is not said stays as it is.";
  const command = clientCommand("change", description, examples);
  return withTerms(command.argument("<ID>")).action(async (id: string, options: Terms) => {
    await change(id, termsOf(options), options);
  });
}

function closeAccount(): Command {
  const description = "Let it buy nothing more; what it holds runs its course.";
  return clientCommand("close", description, "  spillway accounts close acme\n")
    .argument("<ID>")
    .action((id: string, options: Asking) => change(id, { status: "closed" }, options));
}

function reopenAccount(): Command {
  const description = "Let an account that was closed buy again.";
  return clientCommand("reopen", description, "  spillway accounts reopen acme\n")
    .argument("<ID>")
    .action((id: string, options: Asking) => change(id, { status: "active" }, options));
}

async function change(id: string, body: object, options: Asking): Promise<void> {
  const address = path`/v1/accounts/${id}`;
  const account = await ask<AccountResource>(loginFrom(options), "PATCH", address, { body });
  print(account, options.json, () => describe(account));
}
