import type { Viewer } from "../ports.ts";
import type { Database, Session } from "./database.ts";

const AS_API = "begin read only; set local role spillway_api";
const EYES =
  "select set_config('spillway.account', $1, true), set_config('spillway.sees', $2, true)";

/**
 * Reads under an account's eyes: whatever the statement asks for, the database shows only what the account may see. The
 * role is what makes it so: the one that owns the tables sees everything.
 */
export function viewed<T>(
  database: Database,
  viewer: Viewer,
  read: (session: Session) => Promise<T>,
): Promise<T> {
  return database.transaction("read", AS_API, async (session) => {
    await session.rows(EYES, [viewer.account, viewer.sees]);
    return read(session);
  });
}
