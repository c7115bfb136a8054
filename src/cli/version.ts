import { readFileSync } from "node:fs";

/** Spillway's own version. */
export function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  const { version: own } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return own;
}
