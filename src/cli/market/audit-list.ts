import type { Command } from "commander";
import type { AuditEntryShown } from "../../client/shapes.ts";
import { listCommand } from "./list-command.ts";
import { number, text, time } from "./output.ts";

/** Asks a server, beside `audit verify`, which reads a store. */
export function listAudit(): Command {
  return listCommand<AuditEntryShown>({
    name: "list",
    description: "Requests that were to change something, newest first: a server's answer.",
    path: "/v1/audit",
    filters: [["account <ID>", "of this account's members"]],
    columns: [
      number("no.", (entry) => entry.number),
      time("time (UTC)", ({ at }) => at),
      text("account", ({ account }) => account),
      text("member", ({ member }) => member),
      text("operation", ({ operation }) => operation),
      text("path", (entry) => entry.path),
      text("from", ({ address }) => address),
      text("outcome", ({ outcome }) => outcome),
    ],
    nothing: "Nothing was to be changed yet.",
    examples: "  spillway audit list --account acme --limit 20\n",
  });
}
