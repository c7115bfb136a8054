import { readFileSync, writeFileSync } from "node:fs";

const DOCUMENT = new URL("../docs/benchmarks.md", import.meta.url);

/**
 * Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in docs/benchmarks.md.
 * @throws Error if the document has no such place
 */
export function writeBlock(name: string, body: string): void {
  const text = readFileSync(DOCUMENT, "utf8");
  writeFileSync(DOCUMENT, withBlock(text, name, body));
}

export function withBlock(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place "${name}"`);
  return `${text.slice(0, from + begin.length)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}
