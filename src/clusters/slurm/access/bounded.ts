import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Ended } from "./access.ts";

/** How a program ended that was given a time. */
export type BoundedEnd = Ended | "late" | "not_there";

export interface Bounds {
  readonly input: string;
  readonly mostMs: number;
}

/** More than this no tool of Slurm has to say; it is killed, so that it doesn't fill the memory. */
const MOST_OUTPUT = 512 * 1024 * 1024;

/** Runs a program in a process group of its own, which is killed as a whole past its time. */
export function runBounded(
  [file = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  { input, mostMs }: Bounds,
): Promise<BoundedEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const end = (outcome: BoundedEnd): void => {
      clearTimeout(limit);
      resolve(outcome);
    };
    const killAll = (): void => killGroup(child.pid);
    const limit = setTimeout(() => {
      killAll();
      // Whoever left the group may hold the pipes open: nobody waits for them.
      child.stdout.destroy();
      child.stderr.destroy();
      end("late");
    }, mostMs);
    const stdout = collected(child.stdout, killAll);
    const stderr = collected(child.stderr, killAll);
    child.on("error", (fault: NodeJS.ErrnoException) => {
      if (fault.code === "ENOENT") end("not_there");
      else reject(fault);
    });
    child.on("close", (code, signal) =>
      end({ code: code ?? codeOfSignal(signal), stdout: stdout(), stderr: stderr() }),
    );
    child.stdin.on("error", () => {}).end(input);
  });
}

function collected(stream: NodeJS.ReadableStream, tooMuch: () => void): () => string {
  const parts: string[] = [];
  let length = 0;
  stream.setEncoding("utf8").on("data", (part: string) => {
    length += part.length;
    if (length > MOST_OUTPUT) tooMuch();
    else parts.push(part);
  });
  return () => parts.join("");
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "ESRCH") throw fault;
  }
}

/** As shells give it. */
function codeOfSignal(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}
