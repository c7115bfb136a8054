import type { Command } from "commander";
import { addressOf, ask, askForFile } from "../../client/client.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import type { NewKey } from "./keys-command.ts";
import { moment } from "./moment.ts";
import { print } from "./output.ts";
import { save, secretOf } from "./save.ts";

const FEED = "/v1/calendar.ics";

export function calendarCommand(): Command {
  return group("calendar", "Your contracts and recall notices, for a calendar program.", [
    showCalendar(),
    subscribe(),
  ]);
}

function showCalendar(): Command {
  const examples = "  spillway calendar\n  spillway calendar --output contracts.ics\n";
  return clientCommand("show", "The calendar as it is now (iCalendar).", examples)
    .option("--output <FILE>", "where to; left out: standard output")
    .action(async (options: Asking & { readonly output?: string }) => {
      const feed = await askForFile(loginFrom(options), FEED);
      const { output: file } = options;
      if (file === undefined) {
        process.stdout.write(feed);
        return;
      }
      save("--output", file, feed);
      print({ file, bytes: feed.length }, options.json, () => `${file}, ${feed.length} bytes.`);
    });
}

interface Subscribing extends Asking {
  readonly name: string;
  readonly expires?: string;
}

const SUBSCRIBE = `  spillway calendar subscribe
  spillway calendar subscribe --name "phone" --expires +90d
`;

/** Calendar programs send no headers: the key stands in the address, so it is one that can read and nothing else. */
function subscribe(): Command {
  const description = "An address to subscribe to, with a read-only key made for it; shown once.";
  return clientCommand("subscribe", description, SUBSCRIBE)
    .option("--name <NAME>", "of the key", "calendar")
    .option("--expires <TIME>", "until when it works; left out: until the key is revoked")
    .action(async (options: Subscribing) => {
      const login = loginFrom(options);
      const expires = await moment(login, "--expires", options.expires);
      const body = { name: options.name, scopes: ["account:read"], expires };
      const key = await ask<NewKey>(login, "POST", "/v1/keys", { body });
      const url = addressOf(login, FEED, { token: secretOf(key) }).href;
      print({ url, key: key.id }, options.json, () => {
        return `${url}\nWhoever has this address sees your contracts: spillway keys revoke ${key.id}`;
      });
    });
}
