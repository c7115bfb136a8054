import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { describe, print } from "./output.ts";

/** Undoes one item of a list, whose API calls that deleting; it goes on to be shown in the list. */
export function takeBackCommand(
  name: string,
  description: string,
  list: string,
  examples: string,
): Command {
  return clientCommand(name, description, examples)
    .argument("<ID>")
    .action(async (id: string, options: Asking) => {
      const item = await ask<object>(loginFrom(options), "DELETE", list + path`/${id}`);
      print(item, options.json, () => describe(item));
    });
}
