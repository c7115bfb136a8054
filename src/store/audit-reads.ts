import type { AuditEntry, AuditHead, AuditQuery, Viewer } from "../ports.ts";
import type { Database, Row } from "./database.ts";
import { viewed } from "./viewed.ts";

const HEAD = "select audited, audit_hash from writer";
const LIST = `
select number, record, hash from audit
where ($1::text is null or account = $1) and ($2::bigint is null or number < $2)
order by number desc limit $3::bigint`;

export function auditEntryOf(row: Row): AuditEntry {
  return {
    number: Number(row["number"]),
    record: String(row["record"]),
    hash: String(row["hash"]),
  };
}

export async function readAuditHead(database: Database): Promise<AuditHead> {
  const [row] = await database.statement("write", HEAD, []);
  return { number: Number(row?.["audited"]), hash: String(row?.["audit_hash"]) };
}

export function readAudit(
  database: Database,
  viewer: Viewer,
  { account, before, limit }: AuditQuery,
): Promise<readonly AuditEntry[]> {
  return viewed(database, viewer, async (session) =>
    (await session.rows(LIST, [account, before, limit])).map(auditEntryOf),
  );
}
