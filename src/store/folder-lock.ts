import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { storeFault } from "./database.ts";

/**
 * Keeps other processes off a data folder: PGlite itself would let two write into it and ruin it. Node has no file
 * locks of its own, and a file with a process id in it outlives a killed process; SQLite's lock is the kernel's, and
 * goes when the process goes.
 *
 * @returns how to let go of it
 * @throws Error where another process, or this one, has it
 */
export function lockFolder(folder: string): () => void {
  const file = new DatabaseSync(join(folder, "lock"));
  try {
    file.exec("begin exclusive");
  } catch (cause) {
    file.close();
    throw storeFault(`open ${folder}, which another process has open`, cause);
  }
  return () => file.close();
}
