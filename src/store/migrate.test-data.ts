import { beforeEach, describe, expect, test } from "vitest";
import type { Database } from "./database.ts";
import { emptied } from "./empty.test-data.ts";
import { type Migration, migrate, migrations } from "./migrate.ts";

const SECOND: Migration = { name: "9999-more", sql: "create table more (a int)", sha256: "aa" };
/** What migrations keep to, on both engines. */
export function migrationContract(name: string, database: Database): void {
  const tables = (): Promise<readonly unknown[]> =>
    database.statement("read", "select from pg_tables where tablename = 'more'", []);

  describe(`migrations (${name})`, () => {
    beforeEach(() => emptied(database));
    test("what is applied already is not applied again", async () => {
      expect(await migrate(database)).toEqual([]);
      expect(await migrate(database, [...migrations(), SECOND])).toEqual(["9999-more"]);
      expect(await migrate(database, [...migrations(), SECOND])).toEqual([]);
    });

    test("an unknown migration is refused", async () => {
      await migrate(database, [...migrations(), SECOND]);
      await expect(migrate(database)).rejects.toThrow(
        "it has 9999-more, which this version of Spillway does not know",
      );
    });

    test("a migration that has changed is refused", async () => {
      await migrate(database, [...migrations(), SECOND]);
      const changed = { ...SECOND, sha256: "bb" };
      await expect(migrate(database, [...migrations(), changed])).rejects.toThrow(
        "9999-more has changed since it was applied",
      );
    });

    test("migrations that fail leave nothing", async () => {
      const broken = {
        name: "9999-zz",
        sql: "create table zz (a int); select 1 / 0",
        sha256: "cc",
      };
      await expect(migrate(database, [...migrations(), SECOND, broken])).rejects.toThrow(
        "The store could not bring its schema up to date: division by zero",
      );
      expect(await tables()).toEqual([]);
      expect(await migrate(database, [...migrations(), SECOND])).toEqual(["9999-more"]);
    });
  });
}
