import { createHash } from "node:crypto";
import type { AuditEntry, AuditHead } from "../ports.ts";
import type { EpochMs } from "../units.ts";

/** Who asks for a change, and how: no secret, nothing of the request's body. */
export interface Requester {
  readonly requestId: string;
  readonly account: string;
  readonly member: string;
  /** The key's id. */
  readonly key: string;
  /** The operation's name in the API. */
  readonly operation: string;
  /** The address's path, which names what is to be changed. */
  readonly path: string;
  /** Where the request came from, as far as that is known. */
  readonly address: string | null;
  /** What is asked for is done beside the journal, once this is written. */
  readonly isBeside?: true;
}

/** What the audit log says of a request. */
export interface AuditRecord extends Omit<Requester, "isBeside"> {
  readonly number: number;
  /** When it was decided. */
  readonly at: EpochMs;
  /** `done`, the refusal's name, or `asked`: it was done after this was written, beside the journal. */
  readonly outcome: string;
  /** The events that it brought: `first` to `last`, inclusive; none where `last < first`. */
  readonly first: number;
  readonly last: number;
}

export const NOTHING_AUDITED: AuditHead = { number: 0, hash: "" };

/** The next entry: its hash covers the one before. */
export function auditEntry(before: AuditHead, record: Omit<AuditRecord, "number">): AuditEntry {
  const number = before.number + 1;
  const text = JSON.stringify({ number, ...record } satisfies AuditRecord);
  return { number, record: text, hash: auditHash(before.hash, text) };
}

/** SHA-256, in hexadecimal digits. */
export function auditHash(before: string, record: string): string {
  return createHash("sha256").update(`${before}\n${record}`).digest("hex");
}

/** Only {@link auditEntry} writes them. */
export function auditRecordOf({ record }: AuditEntry): AuditRecord {
  return JSON.parse(record) as AuditRecord;
}
