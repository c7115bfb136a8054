import { createHash, randomBytes } from "node:crypto";

/**
 * An API key: `spw_`, 43 characters that carry 256 random bits, and 6 that are a checksum of the rest, so that a typing
 * error or a stray string is told from a key without asking anybody.
 */
const PREFIX = "spw_";
const SHAPE = /^spw_[A-Za-z0-9_-]{43}[0-9a-f]{6}$/;
const RANDOM_BYTES = 32;
const CHECKSUM_LENGTH = 6;

export function newApiKey(): string {
  const body = `${PREFIX}${randomBytes(RANDOM_BYTES).toString("base64url")}`;
  return `${body}${checksumOf(body)}`;
}

export function isWellFormed(key: string): boolean {
  return SHAPE.test(key) && key.endsWith(checksumOf(key.slice(0, -CHECKSUM_LENGTH)));
}

/** SHA-256: a key is random enough that nothing slower is needed. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** By which its owner recognises it. */
export function hintOf(key: string): string {
  return `${key.slice(0, PREFIX.length + 6)}…`;
}

function checksumOf(body: string): string {
  return createHash("sha256").update(`checksum ${body}`).digest("hex").slice(0, CHECKSUM_LENGTH);
}
