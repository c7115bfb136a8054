import { existsSync } from "node:fs";
import type { Command } from "commander";
import { backup } from "../store/backup.ts";
import { checkSchema } from "../store/migrate.ts";
import { restore } from "../store/restore.ts";
import { UsageError } from "./options.ts";
import { storeCommand, withStore } from "./store-command.ts";

export function backupCommand(): Command {
  const command = storeCommand(
    "backup",
    "Write all that the store holds into one file, as it is now. On PostgreSQL the service goes on meanwhile.",
    "  spillway backup spillway-2026-12-01.backup\n",
  );
  return command.argument("<FILE>").action(async (file: string) => {
    if (existsSync(file)) throw new UsageError(`${file} is there already: name a new file`);
    const header = await withStore(command, "there", async (database) => {
      await checkSchema(database);
      return backup(database, file);
    });
    process.stdout.write(`${file}: ${header.batches} batches up to event ${header.sequence}\n`);
  });
}

export function restoreCommand(): Command {
  const command = storeCommand(
    "restore",
    "Bring a backup into an empty store, from whichever engine it came.",
    "  spillway restore spillway-2026-12-01.backup --data-dir new-data\n",
  );
  return command.argument("<FILE>").action(async (file: string) => {
    if (!existsSync(file)) throw new UsageError(`there is no ${file}`);
    const { taken, sequence } = await withStore(command, "may be new", (database) =>
      restore(database, file),
    );
    process.stdout.write(`Restored up to event ${sequence}, as it was at ${taken}.\n`);
    process.stdout.write("Check it with spillway verify before it is served.\n");
  });
}
