import type { AuditEntry, AuditHead, AuditQuery, Viewer } from "../ports.ts";

/** The audit log in memory. */
export interface MemoryAudit {
  /** Whether the first of them follows the last one here. */
  isNext(entries: readonly AuditEntry[]): boolean;
  add(entries: readonly AuditEntry[]): void;
  head(): AuditHead;
  list(viewer: Viewer, query: AuditQuery): readonly AuditEntry[];
}

function accountOf({ record }: AuditEntry): unknown {
  return (JSON.parse(record) as { readonly account?: unknown }).account;
}

export function memoryAudit(): MemoryAudit {
  const log: AuditEntry[] = [];
  return {
    isNext: ([first]) => first === undefined || first.number === log.length + 1,
    add: (entries) => void log.push(...entries),
    head: () => ({ number: log.length, hash: log.at(-1)?.hash ?? "" }),
    list: ({ sees }, { account, before, limit }) => {
      const seen = sees === "all" ? log.slice(0, (before ?? Infinity) - 1) : [];
      const theirs = account === null ? seen : seen.filter((each) => accountOf(each) === account);
      return theirs.toReversed().slice(0, limit);
    },
  };
}
