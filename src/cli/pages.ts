import type { Stats } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { UsageError } from "./options.ts";

/** Where the pages go: none without `--html`; of several clusters, `report.html` becomes `report-NAME.html` for each. */
export function pagePaths(
  html: string | undefined,
  clusters: readonly { readonly name: string }[],
): string[] {
  if (html === undefined) return [];
  if (clusters.length === 1) return [html];
  const stem = html.replace(/\.html?$/, "");
  return clusters.map(({ name }) => `${stem}-${name.replaceAll(/[^A-Za-z0-9.-]+/g, "-")}.html`);
}

/**
 * Finds out whether a page can be written, and leaves nothing behind: to be asked before the work whose result it is
 * to hold.
 * @param inputs files that are read, and must not be overwritten
 * @throws UsageError
 */
export async function checkPage(path: string, inputs: readonly string[]): Promise<void> {
  await saying(path, async () => {
    const place = await target(path);
    const read = await Promise.all(inputs.map((input) => realpath(input).catch(() => null)));
    if (read.includes(place)) throw cannot(path, "it is one of the files that are read");
    await rm(await written(place, ""));
  });
}

/**
 * Writes a page beside its place and puts it there when it is whole, so that a reader finds all of it or the old one.
 * @throws UsageError
 */
export async function writePage(path: string, text: string): Promise<void> {
  await saying(path, async () => {
    const place = await target(path);
    const whole = await written(place, text);
    await rename(whole, place).catch(async (error: unknown) => {
      await rm(whole, { force: true });
      throw error;
    });
  });
}

/** A new file beside `place`, gone again where it could not be written. */
async function written(place: string, text: string): Promise<string> {
  const path = `${place}.${process.pid}.part`;
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Where the page really goes: the file that a link points to. It must be one, and one that may be written. */
async function target(path: string): Promise<string> {
  const found = await existing(path);
  if (found === null) return path;
  if (found.isDirectory()) throw cannot(path, "it is a directory");
  if (!found.isFile()) throw cannot(path, "it is not a file");
  await (await open(path, "r+")).close();
  return realpath(path);
}

async function existing(path: string): Promise<Stats | null> {
  return stat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
}

const REASONS: Record<string, string> = {
  ENOENT: "its folder is not there",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "you lack the permission",
  EPERM: "you lack the permission",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "its name is too long",
};

async function saying(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = REASONS[codeOf(error)];
    throw reason === undefined ? error : cannot(path, reason);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function cannot(path: string, reason: string): UsageError {
  return new UsageError(`--html: ${path} cannot be written: ${reason}`);
}
