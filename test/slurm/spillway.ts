/** The program as a user types it. */
import { type ChildProcess, spawn } from "node:child_process";

const PROGRAM = new URL("../../spillway", import.meta.url).pathname;

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Typed {
  readonly child: ChildProcess;
  /** What has been written so far. */
  readonly output: () => string;
  readonly errors: () => string;
  readonly ended: Promise<Said>;
}

/** `spillway WORDS`. */
export function typeSpillway(...words: readonly string[]): Typed {
  const child = spawn(PROGRAM, words, { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Said>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, output: () => stdout, errors: () => stderr, ended };
}

export function spillway(...words: readonly string[]): Promise<Said> {
  return typeSpillway(...words).ended;
}

/** `spillway lab slurm WORDS`. */
export function typeLab(...words: readonly string[]): Typed {
  return typeSpillway("lab", "slurm", ...words);
}

export function lab(...words: readonly string[]): Promise<Said> {
  return typeLab(...words).ended;
}

/** @throws Error with what was last seen */
export async function until<T>(
  look: () => T | Promise<T>,
  isEnough: (seen: T) => boolean,
  mostMs: number,
  everyMs = 100,
): Promise<T> {
  const end = performance.now() + mostMs;
  for (;;) {
    const seen = await look();
    if (isEnough(seen)) return seen;
    if (performance.now() > end) throw new Error(`in vain: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
