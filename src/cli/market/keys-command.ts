import type { Command } from "commander";
import type { Method } from "../../client/client.ts";
import { ask, path } from "../../client/client.ts";
import type { KeyResource } from "../../views/resources.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { listCommand } from "./list-command.ts";
import { moment } from "./moment.ts";
import { print, text, time } from "./output.ts";
import { keepSecret, secretOf } from "./save.ts";

export function keysCommand(): Command {
  return group("keys", "API keys: make, rotate and revoke them.", [
    listKeys(),
    createKey(),
    rotateKey(),
    revokeKey(),
  ]);
}

function listKeys(): Command {
  return listCommand<KeyResource>({
    name: "list",
    description: "API keys, newest first, without the keys themselves.",
    path: "/v1/keys",
    filters: [
      ["account <ID>", "whose"],
      ["member <ID>", "of this member"],
    ],
    columns: [
      text("key", ({ id }) => id),
      text("hint", ({ hint }) => hint),
      text("name", ({ name }) => name),
      text("account", ({ account }) => account),
      time("expires (UTC)", ({ expires }) => expires),
      time("revoked (UTC)", ({ revoked }) => revoked),
      text("may", ({ scopes }) => scopes.join(" ")),
    ],
    nothing: "There are no keys.",
    examples: "  spillway keys list --account acme\n",
  });
}

export interface NewKey extends KeyResource {
  readonly secret: string | null;
}

interface Making extends Asking {
  readonly member?: string;
  readonly scopes?: string;
  readonly expires?: string;
  readonly save?: string;
}

const SAVE = ["--save <FILE>", "write the key to this new file, for your eyes alone"] as const;

function createKey(): Command {
  const examples = "  spillway keys create ci --scopes market:read,account:read --expires +30d\n";
  return clientCommand("create", "Make an API key; it is shown this once.", examples)
    .argument("<NAME>", "for you to recognise it by")
    .option("--member <ID>", "whose; left out: your own")
    .option("--scopes <LIST>", "what it may do, with commas; left out: all that its member may")
    .option("--expires <TIME>", "until when: +30d")
    .option(...SAVE)
    .action(async (name: string, options: Making) => {
      const login = loginFrom(options);
      const expires = await moment(login, "--expires", options.expires);
      const body = { name, member: options.member, scopes: options.scopes?.split(","), expires };
      await makeKey("/v1/keys", body, options);
    });
}

function rotateKey(): Command {
  const description = "Make a new key with the same rights; the old one works on.";
  return clientCommand("rotate", description, "  spillway keys rotate key_3f9a --save new.key\n")
    .argument("<KEY>")
    .option(...SAVE)
    .action((id: string, options: Making) =>
      makeKey(path`/v1/keys/${id}/rotate`, undefined, options),
    );
}

async function makeKey(address: string, body: unknown, options: Making): Promise<void> {
  const { save: file, json } = options;
  const key = await keepSecret("--save", file, () => asked(options, "POST", address, body));
  print(key, json, () => {
    if (file !== undefined) return `Key ${key.id} is in ${file}.`;
    return `Key ${key.id}, shown this once:\n${secretOf(key)}`;
  });
}

function asked(options: Asking, method: Method, address: string, body: unknown): Promise<NewKey> {
  return ask<NewKey>(loginFrom(options), method, address, body === undefined ? {} : { body });
}

function revokeKey(): Command {
  const examples = "  spillway keys revoke key_3f9a\n";
  return clientCommand("revoke", "Stop a key, at once and for ever.", examples)
    .argument("<KEY>")
    .action(async (id: string, options: Asking) => {
      const key = await ask<KeyResource>(loginFrom(options), "DELETE", path`/v1/keys/${id}`);
      print(key, options.json, () => `Key ${key.id} (${key.hint}) is revoked.`);
    });
}
