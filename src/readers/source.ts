import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { Readable, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "./input-error.ts";

/** A text that can be read once, from its beginning. */
export interface TextSource {
  /** The path as it was given, or "standard input": for errors. */
  readonly file: string;
  /** What a report calls it: the file's name without folder and endings. */
  readonly name: string;
  /** The beginning of the text, without a byte order mark, to recognise the format by. */
  readonly head: string;
  /** The whole text, `head` included, without a byte order mark. */
  readonly chunks: AsyncIterable<string>;
}

const HEAD_CHARS = 4096;

/**
 * Opens a file, or standard input where `path` is `-`: plain or gzip, told by its first two bytes.
 * @throws InputError where it is missing, a directory, empty, cut short, binary or not UTF-8; beyond the head, as
 * `chunks` is read
 */
export async function openText(
  path: string,
  standardInput: Readable = process.stdin,
): Promise<TextSource> {
  const file = path === "-" ? "standard input" : path;
  const bytes = path === "-" ? standardInput : createReadStream(path);
  const chunks = decode(await inflate(bytes, file), file);
  const first: string[] = [];
  for (let length = 0; length < HEAD_CHARS;) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  const head = first.join("");
  if (head === "") throw new InputError({ file, expected: "a text", found: "an empty file" });
  return { file, name: traceName(path), head, chunks: joined(head, chunks) };
}

/** A text at hand, as a source: for what is generated or typed rather than read. */
export function textSource(file: string, text: string): TextSource {
  return { file, name: traceName(file), head: text, chunks: Readable.from([text]) };
}

export async function wholeText(source: TextSource): Promise<string> {
  const parts: string[] = [];
  for await (const chunk of source.chunks) parts.push(chunk);
  return parts.join("");
}

function traceName(path: string): string {
  return path === "-" ? "stdin" : basename(path).replace(/(\.(csv|txt|json|gz))+$/i, "");
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function inflate(bytes: Readable, file: string): Promise<AsyncIterable<Uint8Array>> {
  const reading = readBytes(bytes, file);
  const magic: Uint8Array[] = [];
  for (let length = 0; length < 2;) {
    const next = await reading.next();
    if (next.done === true) break;
    magic.push(next.value);
    length += next.value.length;
  }
  const start = Buffer.concat(magic);
  const whole = prefixed(start, reading);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return whole;
  const gunzip = createGunzip();
  pipeline(Readable.from(whole), gunzip, () => {});
  return readBytes(gunzip, file);
}

async function* prefixed(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield start;
  yield* rest;
}

async function* readBytes(stream: Readable, file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      yield typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array);
    }
  } catch (error) {
    throw readingFault(error, file);
  }
}

const FAULTS: Record<string, { expected: string; found: string }> = {
  ENOENT: { expected: "a file", found: "nothing of that name" },
  EISDIR: { expected: "a file", found: "a directory" },
  EACCES: { expected: "a readable file", found: "one without read permission" },
  Z_BUF_ERROR: { expected: "a whole gzip file", found: "one that is cut short" },
  Z_DATA_ERROR: { expected: "a sound gzip file", found: "damaged or trailing data" },
};

function readingFault(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const fault = FAULTS[code];
  return fault ? new InputError({ file, ...fault }, { cause: error }) : error;
}

async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for await (const chunk of bytes) {
    const text = decodeChunk(decoder, chunk);
    const sound = text === null ? -1 : text.indexOf("\0");
    if (text === null || sound >= 0) {
      const before = text?.slice(0, sound) ?? soundPart(chunk);
      throw binaryFault(file, line + countLines(before), text === null);
    }
    line += countLines(text);
    if (text !== "") yield text;
  }
  if (decodeChunk(decoder, null) === null) throw binaryFault(file, line, true);
  return undefined;
}

/** @param chunk null at the end of the file */
function decodeChunk(decoder: TextDecoder, chunk: Uint8Array | null): string | null {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    return null;
  }
}

function soundPart(chunk: Uint8Array): string {
  const text = new TextDecoder().decode(chunk);
  return text.slice(0, text.indexOf("\uFFFD"));
}

function binaryFault(file: string, line: number, notUtf8: boolean): InputError {
  const found = notUtf8 ? "bytes that are not UTF-8" : "binary data (a NUL)";
  return new InputError({ file, line, expected: "text in UTF-8", found });
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
