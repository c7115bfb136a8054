import type { Command } from "commander";
import { ask } from "../../client/client.ts";
import type { Told } from "../../client/follow.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, loginFrom } from "./client-command.ts";
import { print } from "./output.ts";
import { line } from "./watch-command.ts";

interface Options extends Asking {
  readonly after?: string;
  readonly types?: string;
  readonly limit: string;
}

interface Events {
  readonly data: readonly Told[];
  readonly next_after: string;
  readonly more: boolean;
}

const EXAMPLES = `  spillway events --types recall.noticed,contract.breached
  spillway events --after 1207.0 --limit 500
`;

/** What has happened by now; `watch` follows what happens next. */
export function eventsCommand(): Command {
  return clientCommand("events", "What has happened, oldest first, a line each.", EXAMPLES)
    .option("--types <LIST>", "only these types, with commas")
    .option("--after <EVENT>", "begin behind this event; left out: at the very beginning")
    .option("--limit <N>", "how many at most, up to 500", "50")
    .action(async (options: Options) => {
      const { after, types, limit } = options;
      const login = loginFrom(options);
      const events = await ask<Events>(login, "GET", "/v1/events/list", {
        query: { after, types, limit },
      });
      print(events, options.json, () => eventsText(events));
    });
}

function eventsText({ data, more, next_after: next }: Events): string {
  const lines = data.map(line);
  if (more) return [...lines, `There are more: --after ${next}`].join("\n");
  return lines.length === 0 ? "Nothing has happened since." : lines.join("\n");
}
