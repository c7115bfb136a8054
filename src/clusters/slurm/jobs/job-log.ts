import type { JobLog } from "../../../ports.ts";
import type { SlurmAccess } from "../access/access.ts";
import { unreadable } from "../read/words.ts";
import { refuseNotBecome } from "./as-holder.ts";

/** Bytes of a piece, at most. */
export const MOST_LOG = 65_536;

/** Whose file it is. */
export interface LogPlace {
  readonly file: string;
  readonly user: string;
}

const NOTHING: JobLog = { from: 0, next: 0, size: 0, text: "" };

/**
 * A piece of a file, read as the user whose file it is. A file that is not there has no bytes.
 * @param from null: the last piece
 * @throws SlurmFault
 */
export async function readLog(
  access: SlurmAccess,
  place: LogPlace,
  from: number | null,
): Promise<JobLog> {
  const size = await sizeOf(access, place);
  if (size === null) return NOTHING;
  const begin = from ?? Math.max(0, size - MOST_LOG);
  if (begin >= size) return { from: begin, next: begin, size, text: "" };
  const words = ["-An", "-v", "-tx1", `-j${begin}`, `-N${MOST_LOG}`, "--", place.file];
  const ended = await access.run("od", words, { as: place.user });
  refuseNotBecome(access, place.user, "od", ended);
  // It may have been made shorter meanwhile.
  if (ended.code !== 0) return { from: begin, next: begin, size, text: "" };
  return pieceOf(bytesOf(ended.stdout), begin, { size, isChosen: from !== null });
}

/** The kind of file in what stat calls its raw mode, and a plain file's. */
const KIND = 0xf000;
const PLAIN = 0x8000;

/** Null: there is no such file, or it is none. Nothing is read that is in a user's own language. */
async function sizeOf(access: SlurmAccess, { file, user }: LogPlace): Promise<number | null> {
  const ended = await access.run("stat", ["--format=%s %f", "--", file], { as: user });
  refuseNotBecome(access, user, "stat", ended);
  if (ended.code !== 0) return null;
  const [, size, mode] = /^(\d{1,15}) ([0-9a-f]{1,8})\s*$/.exec(ended.stdout) ?? [];
  if (size === undefined || mode === undefined) {
    throw unreadable("what stat prints", "a size and a mode", ended.stdout);
  }
  return (Number.parseInt(mode, 16) & KIND) === PLAIN ? Number(size) : null;
}

/** What od prints: two hexadecimal digits a byte. */
function bytesOf(text: string): Buffer {
  const digits = text.replaceAll(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw unreadable("what od prints", "bytes", text);
  return Buffer.from(digits, "hex");
}

/**
 * Bytes as text. A character that the piece's end cuts in two is left to the next piece; one that its beginning cuts is
 * left out, where the reader did not choose where to begin.
 */
export function pieceOf(
  bytes: Buffer,
  from: number,
  { size, isChosen }: { readonly size: number; readonly isChosen: boolean },
): JobLog {
  const start = isChosen || from === 0 ? 0 : continuationsAt(bytes);
  const isCut = from + bytes.length < size;
  const end = isCut ? bytes.length - cutAtEnd(bytes) : bytes.length;
  const text = bytes.subarray(start, end).toString("utf8");
  return { from: from + start, next: from + end, size: Math.max(size, from + bytes.length), text };
}

/** UTF-8's bytes that begin no character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}

/** A character has at most three of them. */
const MOST_CONTINUATIONS = 3;

function continuationsAt(bytes: Buffer): number {
  const first = bytes.subarray(0, MOST_CONTINUATIONS).findIndex((byte) => !isContinuation(byte));
  return first === -1 ? Math.min(MOST_CONTINUATIONS, bytes.length) : first;
}

/** Bytes at the end of a character whose rest is to come. */
function cutAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= MOST_CONTINUATIONS; back++) {
    const byte = bytes.at(-back);
    if (byte === undefined) return 0;
    if (isContinuation(byte)) continue;
    return lengthBy(byte) > back ? back : 0;
  }
  return 0;
}

function lengthBy(lead: number): number {
  if (lead >= 0b1111_0000) return 4;
  if (lead >= 0b1110_0000) return 3;
  return lead >= 0b1100_0000 ? 2 : 1;
}
