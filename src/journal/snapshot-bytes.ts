import { createHash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { ExchangeRecords } from "../exchange/records.ts";
import type { Json } from "../ports.ts";
import type { KeptDocument } from "../views/shelf.ts";
import { decode, encode } from "./codec.ts";

/** All that a writer has in memory, as plain data. */
export interface SnapshotRecords extends ExchangeRecords {
  readonly views: { readonly documents: readonly KeptDocument[] };
}

/** Lists of records, by part of the state and by name. */
type Lists = Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;

/** Characters of JSON after which a piece ends: writing one takes a few milliseconds. */
const PIECE = 128 * 1024;
const LENGTH_BYTES = 4;
const HASH_BYTES = 32;

/**
 * Pieces, each a length (four bytes, big-endian) and zstd over lines of JSON, `[part, name, records]`; then the SHA-256 of
 * all of them. Only the program that has written them reads them.
 *
 * @param pause between two pieces, so that others have their turn
 */
export async function writeSnapshotBytes(
  records: SnapshotRecords,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const written: Uint8Array[] = [];
  for (const text of piecesOf(records as unknown as Lists)) {
    const piece = zstdCompressSync(text);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(piece.length);
    hash.update(length).update(piece);
    written.push(length, piece);
    await pause();
  }
  return Buffer.concat([...written, hash.digest()]);
}

/** Lines of JSON, as many as make a piece. */
function* piecesOf(lists: Lists): Generator<string> {
  let piece = "";
  for (const line of linesOf(lists)) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

function* linesOf(lists: Lists): Generator<string> {
  for (const [part, names] of Object.entries(lists)) {
    for (const [name, records] of Object.entries(names)) {
      const head = `[${JSON.stringify(part)},${JSON.stringify(name)},[`;
      for (const page of pagesOf(records)) yield `${head}${page}]]`;
    }
  }
}

/** The records' JSON; of none, one empty page, so that the list is there when it is read. */
function* pagesOf(records: readonly unknown[]): Generator<string> {
  let page: string[] = [];
  let length = 0;
  for (const record of records) {
    const text = JSON.stringify(encode(record));
    page.push(text);
    length += text.length;
    if (length < PIECE) continue;
    yield page.join(",");
    page = [];
    length = 0;
  }
  if (page.length > 0 || records.length === 0) yield page.join(",");
}

/** @throws Error where the bytes are not those that were written */
export async function readSnapshotBytes(
  bytes: Uint8Array,
  pause: () => Promise<void>,
): Promise<SnapshotRecords> {
  const body = bytes.subarray(0, -HASH_BYTES);
  const written = Buffer.from(bytes.subarray(-HASH_BYTES));
  if (!createHash("sha256").update(body).digest().equals(written)) throw new Error("it is damaged");
  const lists: Record<string, Record<string, unknown[]>> = {};
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < body.length;) {
    const from = at + LENGTH_BYTES;
    at = from + view.getUint32(at);
    for (const [part, name, records] of linesIn(body.subarray(from, at))) {
      const list = ((lists[part] ??= {})[name] ??= []);
      for (const record of records) list.push(decode(record));
    }
    await pause();
  }
  // This program's own records, whole and unchanged.
  return lists as unknown as SnapshotRecords;
}

type Line = readonly [part: string, name: string, records: readonly Json[]];

function linesIn(piece: Uint8Array): Line[] {
  const text = zstdDecompressSync(piece).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}
