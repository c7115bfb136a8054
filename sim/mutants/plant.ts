import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COPIED = ["src", "sim", "sql", "package.json"];

/** The code, apart from the checkout, which stays as it is. */
export function copyTree(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "spillway-mutants-"));
  for (const name of COPIED) cpSync(join(ROOT, name), join(path, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(path, "node_modules"));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** @returns how to undo it @throws where the code no longer has what is to be replaced, exactly once */
export function plant(folder: string, { name, file, find, replace }: Mutant): () => void {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const pieces = before.split(find);
  if (pieces.length !== 2) {
    throw new Error(`mutant ${name}: "${find}" stands ${pieces.length - 1} times in ${file}`);
  }
  writeFileSync(path, pieces.join(replace));
  return () => writeFileSync(path, before);
}
