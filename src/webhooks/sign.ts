import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { WebhookSecrets } from "../ports.ts";
import type { EpochMs } from "../units.ts";

/** 24 random bytes, as the Standard Webhooks rules write them. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

/** The headers that a receiver checks, by either secret while both are good. */
export function signed(
  { secret, previous }: WebhookSecrets,
  id: string,
  body: string,
  now: EpochMs,
): Readonly<Record<string, string>> {
  const good = previous !== null && previous.until > now ? [secret, previous.secret] : [secret];
  const at = new Date(now);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": good.map((each) => new Webhook(each).sign(id, at, body)).join(" "),
  };
}
