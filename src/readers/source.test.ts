import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "./input-error.ts";
import { openText, wholeText } from "./source.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spillway-source-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<string> {
  return wholeText(await openText(path));
}

const LONG = Array.from({ length: 40_000 }, (_, i) => `line ${i} é\n`).join("");

test("a plain file and a gzip file read the same, whatever they are called", async () => {
  expect(await read(file("plain.gz", LONG))).toBe(LONG);
  expect(await read(file("packed.csv", gzipSync(LONG)))).toBe(LONG);
});

test("gzip files that were put one behind the other are one text", async () => {
  const both = Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]);
  expect(await read(file("two.gz", both))).toBe("a\nb\n");
});

test("standard input is read like a file, packed or not", async () => {
  const chunks = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1), Buffer.from("!")];
  expect(await wholeText(await openText("-", Readable.from(chunks)))).toBe("é!");
  const whole = gzipSync(LONG);
  const packed = [whole.subarray(0, 1), whole.subarray(1, 2), whole.subarray(2)];
  expect(await wholeText(await openText("-", Readable.from(packed)))).toBe(LONG);
});

test("a byte order mark is no part of the text", async () => {
  expect(await read(file("bom.csv", "\uFEFFtime\n"))).toBe("time\n");
});

test("a report calls a file by its name without folder and endings", async () => {
  expect((await openText(file("venus-10min.csv.gz", "x"))).name).toBe("venus-10min");
  expect((await openText("-", Readable.from([Buffer.from("x")]))).name).toBe("stdin");
});

test.each([
  ["empty.csv", "", "expected a text, found an empty file"],
  ["empty.gz", gzipSync(""), "expected a text, found an empty file"],
  ["bom-only.csv", "\uFEFF", "expected a text, found an empty file"],
  ["nul.csv", "time\n1\n2\0\n", ":3: expected text in UTF-8, found binary data (a NUL)"],
  ["latin1.csv", Buffer.from("time\ncaf\xe9\n", "latin1"), ":2: expected text in UTF-8"],
  ["half.csv", Buffer.from("é").subarray(0, 1), ":1: expected text in UTF-8"],
  ["cut.gz", gzipSync(LONG).subarray(0, 5000), "a whole gzip file, found one that is cut short"],
  ["cut-head.gz", gzipSync(LONG).subarray(0, 5), "a whole gzip file"],
  ["trailing.gz", Buffer.concat([gzipSync("a"), Buffer.from("zz")]), "damaged or trailing data"],
  ["not.gz", Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "a sound gzip file"],
])("%s is refused", async (name, content, message) => {
  const error: unknown = await read(file(name, content)).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toContain(message);
});

test("a folder and a file that isn't there are refused", async () => {
  await expect(read(folder)).rejects.toThrow("expected a file, found a directory");
  await expect(read(join(folder, "none"))).rejects.toThrow("found nothing of that name");
});

test("a NUL far into a packed file is placed on its line", async () => {
  const path = file("late.gz", gzipSync(`${LONG}\0`));
  await expect(read(path)).rejects.toThrow(":40001: expected text in UTF-8");
});
