import type { Command } from "commander";
import { ask, path } from "../../client/client.ts";
import type { NewWebhook, Webhook, WebhookDelivery } from "../../client/shapes.ts";
import { UsageError } from "../options.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { describe, number, print, table, text, time } from "./output.ts";
import { keepSecret, secretOf } from "./save.ts";
import { takeBackCommand } from "./take-back-command.ts";

export function webhooksCommand(): Command {
  return group("webhooks", "Webhooks: servers of yours that are told what happens.", [
    listWebhooks(),
    addWebhook(),
    rotateSecret(),
    replayWebhook(),
    listDeliveries(),
    takeBackCommand(
      "remove",
      "Tell this server nothing more.",
      "/v1/webhooks",
      "  spillway webhooks remove whk_5d1c90aa\n",
    ),
  ]);
}

const COLUMNS = [
  text<Webhook>("webhook", ({ id }) => id),
  text<Webhook>("URL", ({ url }) => url),
  text<Webhook>("types", ({ types }) => types?.join(" ") ?? "all"),
  number<Webhook>("told until", (webhook) => webhook.told_until),
  number<Webhook>("failures", ({ failures }) => failures),
  time<Webhook>("next attempt (UTC)", (webhook) => webhook.next_attempt),
  text<Webhook>("status", ({ status }) => status),
];

function listWebhooks(): Command {
  const examples = "  spillway webhooks\n  spillway webhooks show whk_5d1c90aa\n";
  return clientCommand("list", "Webhooks, and how they fare.", examples)
    .aliases(["show", "get"])
    .argument("[ID]", "only this one, in full")
    .action(async (id: string | undefined, options: Asking) => {
      const login = loginFrom(options);
      if (id !== undefined) {
        const webhook = await ask<Webhook>(login, "GET", path`/v1/webhooks/${id}`);
        return print(webhook, options.json, () => describe(webhook));
      }
      const webhooks = await ask<{ data: Webhook[] }>(login, "GET", "/v1/webhooks");
      return print(webhooks, options.json, () =>
        webhooks.data.length === 0 ? "There are no webhooks." : table(COLUMNS, webhooks.data),
      );
    });
}

interface Keeping extends Asking {
  readonly save?: string;
}

const SAVE = ["--save <FILE>", "write the secret to this new file, for your eyes alone"] as const;

function addWebhook(): Command {
  const examples = `  spillway webhooks add https://acme.example/hooks --types recall.noticed,contract.breached
  spillway webhooks add https://acme.example/hooks --save hook.secret
`;
  return clientCommand("add", "Have a server told; its secret is shown this once.", examples)
    .argument("<URL>", "https, and public")
    .option("--types <LIST>", "types of events, with commas; left out: all")
    .option(...SAVE)
    .action(async (url: string, options: Keeping & { readonly types?: string }) => {
      const body = { url, types: options.types?.split(",") };
      await keep(options, () => ask(loginFrom(options), "POST", "/v1/webhooks", { body }));
    });
}

function rotateSecret(): Command {
  const description = "A new secret; for a day, deliveries are signed with the old one too.";
  const examples = "  spillway webhooks rotate whk_5d1c90aa --save hook.secret\n";
  return clientCommand("rotate", description, examples)
    .argument("<WEBHOOK>")
    .option(...SAVE)
    .action(async (id: string, options: Keeping) => {
      const address = path`/v1/webhooks/${id}/rotate`;
      await keep(options, () => ask(loginFrom(options), "POST", address));
    });
}

async function keep(options: Keeping, question: () => Promise<NewWebhook>): Promise<void> {
  const { save: file, json } = options;
  const webhook = await keepSecret("--save", file, question);
  print(webhook, json, () => {
    if (file !== undefined) return `Webhook ${webhook.id}: its secret is in ${file}.`;
    return `Webhook ${webhook.id}; its secret, shown this once:\n${secretOf(webhook)}`;
  });
}

function replayWebhook(): Command {
  const description = "Send again from an event on; what was given up is taken up.";
  return clientCommand(
    "replay",
    description,
    "  spillway webhooks replay whk_5d1c90aa --from 1207\n",
  )
    .argument("<WEBHOOK>")
    .requiredOption("--from <EVENT>", "the event's id, or the number before its point: 1207")
    .action(async (id: string, options: Asking & { readonly from: string }) => {
      const query = { from: eventNumber(options.from) };
      const address = path`/v1/webhooks/${id}/replay`;
      const webhook = await ask<Webhook>(loginFrom(options), "POST", address, { query });
      print(webhook, options.json, () => describe(webhook));
    });
}

function eventNumber(text: string): number {
  const [, number] = /^(\d{1,15})(?:\.\d+)?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number);
  throw new UsageError(`--from is an event like 1207 or 1207.0, not "${text}"`);
}

const ATTEMPTS = [
  time<WebhookDelivery>("time (UTC)", ({ at }) => at),
  text<WebhookDelivery>("event", ({ event }) => event),
  text<WebhookDelivery>("type", ({ type }) => type),
  number<WebhookDelivery>("attempt", ({ attempt }) => attempt),
  number<WebhookDelivery>("HTTP", ({ status }) => status),
  number<WebhookDelivery>("ms", (delivery) => delivery.took_ms),
  text<WebhookDelivery>("error", ({ error }) => error),
];

function listDeliveries(): Command {
  const examples = "  spillway webhooks deliveries whk_5d1c90aa --limit 20\n";
  return clientCommand("deliveries", "What was sent, newest first, by your own clock.", examples)
    .argument("<WEBHOOK>")
    .option("--limit <N>", "how many at most, up to 1000", "50")
    .action(async (id: string, options: Asking & { readonly limit: string }) => {
      const query = { limit: options.limit };
      const address = path`/v1/webhooks/${id}/deliveries`;
      const sent = await ask<{ data: WebhookDelivery[] }>(loginFrom(options), "GET", address, {
        query,
      });
      print(sent, options.json, () =>
        sent.data.length === 0 ? "Nothing was sent yet." : table(ATTEMPTS, sent.data),
      );
    });
}
