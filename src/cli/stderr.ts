import { printable } from "../report/printable.ts";

/** Writes to standard error, where names, paths and rows from outside may be quoted: they cannot steer the terminal. */
export function writeError(text: string): void {
  process.stderr.write(text.split("\n").map(printable).join("\n"));
}
