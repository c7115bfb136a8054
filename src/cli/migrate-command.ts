import type { Command } from "commander";
import { migrate } from "../store/migrate.ts";
import { storeCommand, withStore } from "./store-command.ts";

export function migrateCommand(): Command {
  const command = storeCommand(
    "migrate",
    "Bring the store's schema up to date, all of it or nothing.",
    "  spillway migrate --data-dir /var/lib/spillway\n",
  );
  return command.action(async () => {
    const applied = await withStore(command, "may be new", (database) => migrate(database));
    const done =
      applied.length === 0 ? "The schema is up to date." : `Applied ${applied.join(", ")}.`;
    process.stdout.write(`${done}\n`);
  });
}
