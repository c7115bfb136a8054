import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { Settings } from "../server/settings.ts";
import type { Database } from "../store/database.ts";
import { telling } from "./failure.ts";
import { UsageError } from "./options.ts";
import { configOf, STORE_SETTINGS, withSettings } from "./settings-options.ts";

/** Whether a store that is not there yet may be made. */
type Expected = "there" | "may be new";

/** A command that works on the store itself, beside the service. */
export function storeCommand(name: string, description: string, examples: string): Command {
  const command = new Command(name).description(description);
  return withSettings(command, STORE_SETTINGS).addHelpText("after", `\nExamples:\n${examples}`);
}

/** Opens the store that the command's settings name, and closes it again. What goes wrong is told in a sentence. */
export async function withStore<T>(
  command: Command,
  expected: Expected,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { settings } = configOf(command);
  if (expected === "there") refuseNowhere(settings);
  return telling(async () => {
    const options = { dataDir: resolve(settings.data_dir), databaseUrl: settings.database_url };
    // Loaded only where a store is opened.
    const { openDatabase } = await import("../server/open-store.ts");
    const database = await openDatabase(options);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

/** Opening the embedded store makes one. */
function refuseNowhere({ database_url: url, data_dir: dataDir }: Settings): void {
  if (url !== null || existsSync(join(dataDir, "store"))) return;
  throw new UsageError(
    `there is no store in ${resolve(dataDir)}: name another with --data-dir, or a server with --database-url`,
  );
}
