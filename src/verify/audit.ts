import { auditHash } from "../journal/audit.ts";
import type { AuditEntry, AuditHead } from "../ports.ts";
import type { Faults } from "./faults.ts";

/** An entry that was noted elsewhere, for whoever can rewrite the store can rewrite all of it. */
export type Noted = AuditHead;

/**
 * Follows the audit log from its first entry to its last.
 *
 * @param head what the writer's row says that the last one is
 * @param noted null: nothing was
 * @returns how many there are
 */
export async function checkAudit(
  entries: AsyncIterable<AuditEntry>,
  head: AuditHead,
  faults: Faults,
  noted: Noted | null = null,
): Promise<number> {
  let [count, last, before] = [0, 0, ""];
  for await (const { number, record, hash } of entries) {
    count += 1;
    if (number !== last + 1) faults.add(missing(last + 1, number - 1));
    else if (auditHash(before, record) !== hash) {
      faults.add(`Entry ${number} of the audit log was changed, or the one before it.`);
    } else if (numberIn(record) !== number) {
      faults.add(`Entry ${number} of the audit log stood in another place.`);
    }
    if (noted?.number === number && noted.hash !== hash) {
      faults.add(`Entry ${number} of the audit log is not the one that was noted.`);
    }
    last = number;
    before = hash;
  }
  if (last < head.number) faults.add(missing(last + 1, head.number));
  else if (last > head.number || before !== head.hash) {
    faults.add(`The audit log ends with entry ${last}, which is not how the writer's row ends it.`);
  }
  if (noted !== null && noted.number > last) {
    faults.add(`The audit log ends before entry ${noted.number}, which was noted.`);
  }
  return count;
}

function missing(from: number, to: number): string {
  return from === to
    ? `Entry ${from} of the audit log is missing.`
    : `Entries ${from} to ${to} of the audit log are missing.`;
}

function numberIn(record: string): unknown {
  return (JSON.parse(record) as { readonly number?: unknown }).number;
}
