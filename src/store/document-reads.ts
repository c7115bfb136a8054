import type { Document, Json, ListQuery, Viewer } from "../ports.ts";
import type { Database, Row } from "./database.ts";
import { viewed } from "./viewed.ts";

const ONE = "select kind, id, account, position, body from documents where kind = $1 and id = $2";

/** One branch of a list: newest first along an index, never further than the limit. */
const branch = (whose: string): string => `
(select kind, id, account, position, body from documents
where kind = $1 and ($2::jsonb = '{}' or body @> $2::jsonb) ${whose}
  and ($3::bigint is null or (position, id) < ($3::bigint, $4::text))
order by position desc, id desc limit $5::bigint)`;

const ALL = branch("");
/** An account's own and what is everyone's: two walks along the index, where a single one would have to filter. */
const OWN = `
select * from (${branch("and account = $6::text")} union all ${branch("and account is null")}) as mine
order by position desc, id desc limit $5::bigint`;

function documentOf(row: Row): Document {
  return {
    kind: String(row["kind"]),
    id: String(row["id"]),
    account: row["account"] as string | null,
    position: Number(row["position"]),
    body: row["body"] as Json,
  };
}

export function readDocument(
  database: Database,
  viewer: Viewer,
  kind: string,
  id: string,
): Promise<Document | null> {
  return viewed(database, viewer, async (session) => {
    const [row] = await session.rows(ONE, [kind, id]);
    return row === undefined ? null : documentOf(row);
  });
}

export function readDocuments(
  database: Database,
  viewer: Viewer,
  { kind, where, after, limit }: ListQuery,
): Promise<readonly Document[]> {
  const values = [kind, JSON.stringify(where), after?.position ?? null, after?.id ?? null, limit];
  return viewed(database, viewer, async (session) => {
    const rows =
      viewer.sees === "all"
        ? await session.rows(ALL, values)
        : await session.rows(OWN, [...values, viewer.account]);
    return rows.map(documentOf);
  });
}
