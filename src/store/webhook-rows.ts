import type { WebhookDelivery, WebhookEndpoint, WebhookStore } from "../ports.ts";
import { epochMs } from "../units.ts";
import type { Database, Row, SqlValue } from "./database.ts";
import { storeFault } from "./database.ts";
import { LONGEST_LOG } from "./memory-webhooks.ts";
import { viewed } from "./viewed.ts";

const ADD = `
insert into webhook_endpoints
  (id, account, url, types, secret, created, cursor, status, failures, retry_at)
values ($1, $2, $3, (select array_agg(value) from jsonb_array_elements_text($4::jsonb)), $5, $6, $7, $8, $9, $10)
on conflict (id) do nothing returning id`;
const ENDPOINTS = `
select id, account, url, array_to_json(types)::text as types, created, cursor, status, failures, retry_at
from webhook_endpoints`;
const MOVE = `
update webhook_endpoints set cursor = $3, status = $4, failures = $5, retry_at = $6
where id = $1 and ($2::bigint is null or cursor = $2::bigint)`;
const SECRETS =
  "select secret, previous_secret, previous_until from webhook_endpoints where id = $1";
const SET_SECRETS = `
update webhook_endpoints set secret = $2, previous_secret = $3, previous_until = $4 where id = $1`;
const LOG = `
insert into webhook_deliveries (endpoint, event, type, at, attempt, status, error, took_ms)
select id, $2, $3, $4, $5, $6, $7, $8 from webhook_endpoints where id = $1`;
const FORGET = `
delete from webhook_deliveries where endpoint = $1 and number <= (
  select number from webhook_deliveries where endpoint = $1 order by number desc offset $2 limit 1)`;
const DELIVERIES = `
select event, type, at, attempt, status, error, took_ms from webhook_deliveries
where endpoint = $1 order by number desc limit $2`;

function endpointOf(row: Row): WebhookEndpoint {
  const types = row["types"];
  return {
    id: String(row["id"]),
    account: String(row["account"]),
    url: String(row["url"]),
    types: typeof types === "string" ? (JSON.parse(types) as string[]) : null,
    created: epochMs(Number(row["created"])),
    cursor: Number(row["cursor"]),
    status: row["status"] as WebhookEndpoint["status"],
    failures: Number(row["failures"]),
    retryAt: epochMs(Number(row["retry_at"])),
  };
}

function deliveryOf(row: Row): WebhookDelivery {
  return {
    event: String(row["event"]),
    type: String(row["type"]),
    at: epochMs(Number(row["at"])),
    attempt: Number(row["attempt"]),
    status: row["status"] === null ? null : Number(row["status"]),
    error: row["error"] as string | null,
    tookMs: Number(row["took_ms"]),
  };
}

/** Endpoints in the database. Whoever reads for the API has no right to the secrets' columns. */
export function webhooksOn(database: Database): WebhookStore {
  const rows = async (sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> => {
    try {
      return await database.statement("read", sql, values);
    } catch (cause) {
      throw storeFault("reach its webhooks", cause);
    }
  };
  return {
    add: async ({ id, account, url, types, created, ...at }, { secret }) => {
      const names = types === null ? null : JSON.stringify(types);
      const place = [at.cursor, at.status, at.failures, at.retryAt];
      const added = await rows(ADD, [id, account, url, names, secret, created, ...place]);
      return added.length > 0;
    },
    get: (viewer, id) =>
      viewed(database, viewer, async (session) => {
        const [row] = await session.rows(`${ENDPOINTS} where id = $1`, [id]);
        return row === undefined ? null : endpointOf(row);
      }),
    list: (viewer) =>
      viewed(database, viewer, async (session) =>
        (await session.rows(`${ENDPOINTS} order by id`)).map(endpointOf),
      ),
    remove: async (id) => void (await rows("delete from webhook_endpoints where id = $1", [id])),
    secrets: async (id) => {
      const [row] = await rows(SECRETS, [id]);
      return row === undefined ? null : secretsOf(row);
    },
    setSecrets: async (id, { secret, previous }) => {
      await rows(SET_SECRETS, [id, secret, previous?.secret ?? null, previous?.until ?? null]);
    },
    move: async (id, from, { cursor, status, failures, retryAt }) => {
      await rows(MOVE, [id, from, cursor, status, failures, retryAt]);
    },
    log: async (id, { event, type, at, attempt, status, error, tookMs }) => {
      await rows(LOG, [id, event, type, at, attempt, status, error, tookMs]);
      await rows(FORGET, [id, LONGEST_LOG]);
    },
    deliveries: (viewer, id, limit) =>
      viewed(database, viewer, async (session) =>
        (await session.rows(DELIVERIES, [id, limit])).map(deliveryOf),
      ),
  };
}

function secretsOf(row: Row) {
  const before = row["previous_secret"];
  const until = epochMs(Number(row["previous_until"] ?? 0));
  const previous = typeof before === "string" ? { secret: before, until } : null;
  return { secret: String(row["secret"]), previous };
}
