import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const SOURCES = new URL("..", import.meta.url);

/**
 * What tells this very program from any other: its version, and 16 hexadecimal digits of what its sources say, since a
 * checkout changes without its version.
 */
export function programOf(version: string, sources: URL = SOURCES): string {
  const hash = createHash("sha256");
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts") && !isTest(name)).sort()) {
    hash.update(`${file}\n`).update(readFileSync(new URL(file, sources)));
  }
  return `${version}+${hash.digest("hex").slice(0, 16)}`;
}

function isTest(file: string): boolean {
  return file.endsWith(".test.ts") || file.endsWith(".test-data.ts");
}
