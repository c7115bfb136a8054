import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Task } from "./serve.ts";

/** A process that serves. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  /** What it has said on its error output. */
  said(): string;
}

const PROGRAM = new URL("serve.ts", import.meta.url).pathname;
const MOST_SAID = 20_000;

/** @throws Error where it ends before it listens, with what it has said */
export async function serve(task: Task, program = PROGRAM): Promise<Served> {
  const { child, ended, said } = launch(task, program);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === undefined) throw new Error(`the server does not start: ${said()}`);
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  return { url: value, pid: child.pid ?? 0, kill, ended, said };
}

/** Killed with the process that has started it. */
function launch(task: Task, program: string) {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "pipe"],
    // Most of a start is reading the same program again.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "spillway-compiled") },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      process.off("exit", killed);
      resolve();
    });
  });
  return { child, ended, said: () => said };
}
