import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { carriedOut } from "../carried-out.ts";

const PROGRAM = fileURLToPath(new URL("../../spillway", import.meta.url));
const UP_WITHIN_MS = 60_000;

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Env = Readonly<Record<string, string>>;

/** A real server, and the command line in front of it. */
export interface Served {
  readonly url: string;
  /** Where the server and the command line run; the server's data are in `data`. */
  readonly folder: string;
  /** The command line in this process: starting one costs half a second. Paths are taken from the folder. */
  spillway(args: readonly string[], env?: Env): Promise<Run>;
  /** The command line as a process of its own. */
  program(args: readonly string[], env?: Env): Run;
  /** What a command answers to machines; it must have been done. */
  // Tests look at whatever they expect to be there.
  // oxlint-disable-next-line typescript/no-explicit-any
  answer(...args: readonly string[]): Promise<any>;
  stop(): Promise<void>;
}

/** @param speed times as fast as the clock outside */
export async function serveMarket(speed: number): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-client-"));
  const args = ["serve", "--port", "0", "--data-dir", "data", "--speed", String(speed)];
  const child = spawn(PROGRAM, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const url = await urlOf(child);
  const before = process.cwd();
  process.chdir(folder);
  const environment = (env: Env) => ({ XDG_CONFIG_HOME: join(folder, "config"), ...env });
  const spillway = (words: readonly string[], env: Env = {}) => carriedOut(words, environment(env));
  return {
    url,
    folder,
    spillway,
    program: (words, env = {}) => outside(words, folder, environment(env)),
    answer: async (...words) => answered(await spillway([...words, "--json"])),
    stop: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      if (child.kill()) await ended;
      process.chdir(before);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Once it is up, with the owner's key written. */
function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`not up: ${said}`)), UP_WITHIN_MS);
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      const [, found] = /Spillway is on (\S+)\n/.exec(said) ?? [];
      if (found === undefined || !said.includes("Ctrl-C stops")) return;
      clearTimeout(late);
      resolve(found);
    });
  });
}

function outside(words: readonly string[], cwd: string, env: Env): Run {
  const clean = { PATH: process.env["PATH"], ...env };
  const run = spawnSync(PROGRAM, words, { cwd, encoding: "utf8", env: clean, timeout: 60_000 });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function answered({ code, out, err }: Run): unknown {
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as unknown;
}
