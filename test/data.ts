import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/**
 * The path of a public trace. They are not part of the repository: the folder is `../shared/data` beside the
 * checkout, or wherever SPILLWAY_DATA_DIR points.
 */
export function dataPath(name: string): string {
  const beside = fileURLToPath(new URL("../../shared/data", import.meta.url));
  const path = join(process.env["SPILLWAY_DATA_DIR"] ?? beside, name);
  if (existsSync(path)) return path;
  throw new Error(
    `${path} is missing: this test needs the public traces; point SPILLWAY_DATA_DIR at them`,
  );
}
