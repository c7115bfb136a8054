import { writeFileSync } from "node:fs";
import { UsageError } from "../options.ts";

/** A file that was not there before, for its user's eyes alone where it holds a secret. @throws UsageError */
export function save(
  option: string,
  file: string,
  content: string | Uint8Array,
  mode = 0o644,
): void {
  try {
    writeFileSync(file, content, { mode, flag: "wx" });
  } catch (fault) {
    const isThere = (fault as NodeJS.ErrnoException).code === "EEXIST";
    const reason = isThere ? "is there already" : "cannot be written";
    throw new UsageError(`${option}: ${file} ${reason}`, { cause: fault });
  }
}

/** Makes sure of the place before what can be seen only once is made. @throws UsageError */
export function reserveSecret(option: string, file: string | undefined): void {
  if (file !== undefined) save(option, file, "", 0o600);
}

/** Into the place that was reserved. */
export function saveSecret(file: string, secret: string): void {
  writeFileSync(file, `${secret}\n`);
}
