import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type BackupHeader, firstLine, laterLine } from "./backup-format.ts";

/** What is done with the parts of a backup, in their order. */
export interface BackupReader {
  header(header: BackupHeader): Promise<void>;
  table(table: string, columns: readonly string[]): Promise<void>;
  /** A row of the last table named, as JSON. */
  row(line: string): Promise<void>;
}

type Counts = Readonly<Record<string, number>>;

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of source) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") throw new Error("its last line is cut short");
}

function isSame(a: Counts, b: Counts): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

interface Place {
  part: "first" | "tables" | "ended";
  table: string | null;
}

function checkEnd(said: readonly [unknown, Counts, string], seen: Counts, sha256: string): void {
  if (!isSame(said[1], seen)) throw new Error("rows are missing");
  if (said[2] !== sha256) throw new Error("its checksum is another");
}

/** Goes from the first line through tables and their rows to the end, which is told from whatever else may stop it. */
async function readLines(lines: AsyncIterable<string>, reader: BackupReader): Promise<void> {
  const hash = createHash("sha256");
  const seen: Record<string, number> = {};
  const at: Place = { part: "first", table: null };

  const first = async (line: string): Promise<void> => {
    await reader.header(firstLine.parse(JSON.parse(line))[2]);
    at.part = "tables";
  };
  const row = async (line: string): Promise<void> => {
    if (at.table === null) throw new Error("a row belongs to no table");
    seen[at.table] = (seen[at.table] ?? 0) + 1;
    await reader.row(line);
  };
  const next = async (line: string): Promise<void> => {
    const said = laterLine.parse(JSON.parse(line));
    if (said[0] === "end") {
      checkEnd(said, seen, hash.copy().digest("hex"));
      at.part = "ended";
      return;
    }
    at.table = said[1];
    seen[at.table] = 0;
    await reader.table(at.table, said[2]);
  };

  for await (const line of lines) {
    if (at.part === "ended") throw new Error("something follows its end");
    await (at.part === "first" ? first(line) : line.startsWith("{") ? row(line) : next(line));
    hash.update(`${line}\n`);
  }
  if (at.part !== "ended") throw new Error("its end is missing");
}

/**
 * Reads a backup from its first line to its last, in bounded memory.
 *
 * @throws Error where it is damaged, cut short or no backup: known for certain only once all of it has been read
 */
export async function readBackup(file: string, reader: BackupReader): Promise<void> {
  await pipeline(createReadStream(file), createGunzip(), (source: AsyncIterable<Buffer>) =>
    readLines(linesOf(source), reader),
  );
}

/** @returns what the first line says, after all of it has been read and found whole */
export async function inspectBackup(file: string): Promise<BackupHeader> {
  let found: BackupHeader | null = null;
  await readBackup(file, {
    header: async (header) => {
      found = header;
    },
    table: async () => {},
    row: async () => {},
  });
  if (found === null) throw new Error("it has no first line");
  return found;
}
