import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { askForFile, listUpTo } from "../../client/client.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { print } from "./output.ts";
import { save } from "./save.ts";

interface Downloading extends Asking {
  readonly output?: string;
  readonly html?: true;
}

interface Downloadable {
  /** As a sentence begins with it: `An invoice`. */
  readonly what: string;
  readonly path: "/v1/invoices" | "/v1/credit_notes";
  readonly examples: string;
}

export function downloadCommand({ what, path, examples }: Downloadable): Command {
  return clientCommand("download", `${what} as a PDF, or as a page to print.`, examples)
    .argument("[NUMBER]", "left out: the newest")
    .option("--output <FILE>", "where to; left out: NUMBER.pdf")
    .option("--html", "the page")
    .action(async (given: string | undefined, options: Downloading) => {
      const login = loginFrom(options);
      const id = given ?? (await newest(login, path));
      const [form, ending] = options.html === true ? ["page", "html"] : ["pdf", "pdf"];
      const paper = await askForFile(login, `${path}/${encodeURIComponent(id)}/${form}`);
      const file = options.output ?? `${id}.${ending}`;
      save("--output", file, paper);
      print({ file, bytes: paper.length }, options.json, () => `${file}, ${paper.length} bytes.`);
    });
}

async function newest(login: Login, path: string): Promise<string> {
  const { data } = await listUpTo<{ readonly id: string }>(login, path, {}, 1);
  const [first] = data;
  if (first === undefined) throw new UsageError("there are none yet");
  return first.id;
}
