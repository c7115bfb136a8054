/**
 * A backup: gzip over lines of JSON. A row is an object, as PostgreSQL writes it, so that no number passes through a
 * double; what is said about the rows is an array:
 *
 *     ["spillway-backup", 1, {"taken": …, "migrations": …, "epoch": …, "sequence": …, "batches": …}]
 *     ["table", "journal", ["number", "batch", …]]
 *     {"number": 1, "batch": "…", …}
 *     ["end", {"journal": 1, …}, "<SHA-256 of everything before this line, in hexadecimal digits>"]
 */
import { z } from "zod";

export const FORMAT = 1;

interface Kept {
  readonly table: string;
  readonly order: string;
  /** How many rows are read at a time: a row of the journal is a whole batch. */
  readonly atOnce: number;
}

/** In the order in which they stand in a backup. The writer's row is in its first line. */
export const KEPT: readonly Kept[] = [
  { table: "journal", order: "number", atOnce: 50 },
  { table: "answers", order: "account, key", atOnce: 1_000 },
  { table: "documents", order: "kind, id", atOnce: 1_000 },
  { table: "ledger_transfers", order: "transaction, leg", atOnce: 1_000 },
  { table: "ledger_balances", order: "account", atOnce: 1_000 },
  { table: "audit", order: "number", atOnce: 1_000 },
  { table: "cursors", order: "name", atOnce: 1_000 },
  { table: "webhook_endpoints", order: "id", atOnce: 1_000 },
];

/** The writer's row and the schema. A bigint is a string of digits. */
const headerShape = z.strictObject({
  taken: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  epoch: z.string().regex(/^\d+$/),
  sequence: z.string().regex(/^\d+$/),
  batches: z.string().regex(/^\d+$/),
  /** How the audit log ends; absent in backups from before there was one. */
  audited: z.string().regex(/^\d+$/).optional(),
  audit_hash: z.string().optional(),
});
export type BackupHeader = z.output<typeof headerShape>;

export const counts = z.record(z.string(), z.int().nonnegative());

export const firstLine = z.tuple([
  z.literal("spillway-backup"),
  z.literal(FORMAT, "another version of the format"),
  headerShape,
]);
export const laterLine = z.union([
  z.tuple([z.literal("table"), z.enum(KEPT.map(({ table }) => table)), z.array(z.string())]),
  z.tuple([z.literal("end"), counts, z.string()]),
]);

/** The columns that are not computed from others. */
export const COLUMNS = `
select column_name as name from information_schema.columns
where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by column_name`;
