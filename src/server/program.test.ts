import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { programOf } from "./program.ts";

test("another version is another program, and so is any other source, but not a test", () => {
  const folder = mkdtempSync(join(tmpdir(), "spillway-program-"));
  try {
    const sources = pathToFileURL(`${folder}/`);
    const written = (file: string, text: string): string => {
      writeFileSync(join(folder, file), text);
      return programOf("1.0.0", sources);
    };
    mkdirSync(join(folder, "a"));
    const first = written("a/one.ts", "1");
    expect(first).toMatch(/^1\.0\.0\+[0-9a-f]{16}$/);
    expect(written("a/one.test.ts", "1")).toBe(first);
    const second = written("a/one.ts", "2");
    const third = written("two.ts", "2");
    expect(new Set([first, second, third, programOf("1.0.1", sources)]).size).toBe(4);
    expect(written("a/one.ts", "2")).toBe(third);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("this program is always the same one", () => {
  expect(programOf("1")).toBe(programOf("1"));
});
