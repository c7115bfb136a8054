import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";

/**
 * A freshly initialised PGlite as an archive, made once when Spillway is installed: a new folder then begins as a copy
 * of it, three times as fast as from nothing. Without it everything works the same.
 */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/spillway", import.meta.url));

function templateFile(): string {
  const manifest = join(
    dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")),
    "../package.json",
  );
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return join(CACHE, `pglite-${version}.tar`);
}

/** @returns null where none was made */
export function readTemplate(): Blob | null {
  const file = templateFile();
  return existsSync(file) ? new Blob([readFileSync(file)]) : null;
}

/** Renamed into place, so that nobody ever reads half of one. */
export async function makeTemplate(): Promise<void> {
  const file = templateFile();
  if (existsSync(file)) return;
  const pglite = await PGlite.create();
  const archive = await pglite.dumpDataDir("none");
  await pglite.close();
  mkdirSync(CACHE, { recursive: true });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, Buffer.from(await archive.arrayBuffer()));
  renameSync(part, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeTemplate();
