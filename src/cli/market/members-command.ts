import type { Command } from "commander";
import type { Method } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import type { MemberResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { describe, print, text } from "./output.ts";

interface Options extends Asking {
  readonly account?: string;
  readonly name?: string;
  readonly email?: string;
  readonly role?: string;
}

const ROLES = "owner_operator, auditor, buyer_admin, buyer_trader or read_only";
const ADD = `  spillway members add --name Kim --email kim@acme.example --role buyer_trader
`;
const CHANGE = "  spillway members change mem_2c8e --role read_only\n";
const REMOVE = "  spillway members remove mem_2c8e\n";

export function membersCommand(): Command {
  return group("members", "Members: who acts for an account, and in which role.", [
    listCommand<MemberResource>({
      name: "list",
      description: "Members, newest first.",
      path: "/v1/members",
      filters: [
        ["account <ID>", "of this account"],
        ["status <STATUS>", "active or removed"],
      ],
      columns: [
        text("member", ({ id }) => id),
        text("account", ({ account }) => account),
        text("name", ({ name }) => name),
        text("email", ({ email }) => email),
        text("role", ({ role }) => role),
        text("status", ({ status }) => status),
      ],
      nothing: "There are no members.",
      examples: "  spillway members list --account acme\n",
    }),
    clientCommand("add", "Let somebody act for an account.", ADD)
      .requiredOption("--name <NAME>")
      .requiredOption("--email <ADDRESS>")
      .requiredOption("--role <ROLE>", ROLES)
      .option("--account <ID>", "left out: your own")
      .action((options: Options) => tell("POST", "/v1/members", bodyOf(options), options)),
    clientCommand("change", "Change a member's name, address or role.", CHANGE)
      .argument("<MEMBER>")
      .option("--name <NAME>")
      .option("--email <ADDRESS>")
      .option("--role <ROLE>", ROLES)
      .action((id: string, options: Options) =>
        tell("PATCH", path`/v1/members/${id}`, bodyOf(options), options),
      ),
    clientCommand("remove", "End a member's access: all its keys stop working.", REMOVE)
      .argument("<MEMBER>")
      .action((id: string, options: Options) =>
        tell("DELETE", path`/v1/members/${id}`, undefined, options),
      ),
  ]);
}

function bodyOf({ account, name, email, role }: Options): object {
  return { account, name, email, role };
}

async function tell(method: Method, address: string, body: unknown, options: Options) {
  const parts = body === undefined ? {} : { body };
  const member = await ask<MemberResource>(loginFrom(options), method, address, parts);
  print(member, options.json, () => describe(member));
}
