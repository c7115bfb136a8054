import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { CreditNoteResource } from "../../views/resources.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { downloadCommand } from "./download-command.ts";
import { listCommand } from "./list-command.ts";
import { describe, number, print, text, time } from "./output.ts";

export function creditNotesCommand(): Command {
  return group("credit-notes", "Credit notes: charges of an invoice that were taken back.", [
    listNotes(),
    downloadCommand({
      what: "A credit note",
      path: "/v1/credit_notes",
      examples: "  spillway credit-notes download CN-2026-000001 --output note.pdf\n",
    }),
    issueNote(),
  ]);
}

function listNotes(): Command {
  return listCommand<CreditNoteResource>({
    name: "list",
    description: "Credit notes, newest first.",
    path: "/v1/credit_notes",
    filters: [["account <ID>", "whose"]],
    columns: [
      text("credit note", ({ id }) => id),
      text("account", ({ account }) => account),
      text("of invoice", (note) => note.credit_note.invoice),
      time("issued (UTC)", (note) => note.credit_note.issued),
      number("total $", (note) => note.credit_note.total),
      text("reason", (note) => note.credit_note.reason),
    ],
    nothing: "There are no credit notes.",
    examples: "  spillway credit-notes list --account acme\n",
    one: (note) => describe(note.credit_note),
  });
}

interface Issuing extends Asking {
  readonly reason: string;
  readonly line?: readonly string[];
}

const ISSUE = `  spillway credit-notes issue INV-2026-000001 --reason "billed twice"
  spillway credit-notes issue INV-2026-000001 --line 0=12.80 --line 3=4.00 --reason "node 7 was down"
`;

function issueNote(): Command {
  return clientCommand("issue", "Take charges of an invoice back, with their tax.", ISSUE)
    .argument("<INVOICE>")
    .requiredOption("--reason <TEXT>", "it stands on the note")
    .option(
      "--line <N=DOLLARS...>",
      "so much of this line, counted from 0; left out: all that is left",
    )
    .action(async (id: string, options: Issuing) => {
      const body = { reason: options.reason, lines: options.line?.map(lineIn) };
      const address = path`/v1/invoices/${id}/credit_notes`;
      const login = loginFrom(options);
      const note = await ask<CreditNoteResource>(login, "POST", address, { body });
      print(note, options.json, () => describe(note.credit_note));
    });
}

function lineIn(text: string) {
  const [, line, amount] = /^(\d{1,6})=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (line !== undefined && amount !== undefined) return { line: Number(line), amount };
  throw new UsageError(`--line is a line's number and dollars, like 0=12.80, not "${text}"`);
}
