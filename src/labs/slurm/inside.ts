import { execFile, type ExecFileException, spawn } from "node:child_process";
import { constants } from "node:os";
import { inNamespaces, INNER_ENVIRONMENT } from "./namespaces.ts";
import { SLURM_CONF } from "./paths.ts";
import type { ProcessId } from "./processes.ts";
import { homeOf, LAB_USERS, type LabUser } from "./users.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Root, if it is not said. */
  readonly user?: LabUser;
  /** What the program reads on standard input. */
  readonly input?: string;
  /** Programs of Slurm may wait for ever for a daemon that is gone. */
  readonly mostMs?: number;
  readonly signal?: AbortSignal;
}

const MOST_MS = 30_000;
const MOST_OUTPUT = 256 * 1024 * 1024;

/** Runs a program inside the lab to its end. Past its time it is killed, with code 137. */
export function runInside(
  first: ProcessId,
  command: readonly string[],
  { user, input, mostMs = MOST_MS, signal }: Running = {},
): Promise<Ended> {
  const bounded = ["timeout", "--signal=KILL", String(mostMs / 1_000), ...command];
  const [file = "", ...args] = [...inNamespaces(first), ...becoming(user), ...bounded];
  const env = { ...INNER_ENVIRONMENT, ...environmentOf(user) };
  return new Promise((resolve, reject) => {
    const options = { env, maxBuffer: MOST_OUTPUT, ...(signal && { signal }) };
    const child = execFile(file, args, options, (fault, stdout, stderr) => {
      const code = codeOf(fault);
      if (code === null) reject(fault ?? new Error("it ended without a code"));
      else resolve({ code, stdout, stderr });
    });
    child.stdin?.on("error", () => {}).end(input ?? "");
  });
}

/** @returns null where the program was not run, or not to its end */
function codeOf(fault: ExecFileException | null): number | null {
  if (fault === null) return 0;
  if (typeof fault.code === "number") return fault.code;
  return fault.signal ? codeOfSignal(fault.signal) : null;
}

/** As shells give it. */
function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Runs a program inside at this terminal. @returns its exit code */
export function execInside(
  first: ProcessId,
  command: readonly string[],
  user: LabUser | undefined,
  folder: string,
): Promise<number> {
  const place = inNamespaces(first, user === undefined ? folder : homeOf(user));
  const [file = "", ...args] = [...place, ...becoming(user), ...command];
  const child = spawn(file, args, {
    stdio: "inherit",
    env: { ...process.env, ...environmentOf(user) },
  });
  const end = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", leaveToProgram).on("SIGTERM", end);
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => {
      resolve(code ?? codeOfSignal(signal ?? "SIGKILL"));
    });
  }).finally(() => process.off("SIGINT", leaveToProgram).off("SIGTERM", end));
}

/** Ctrl-C at the terminal reaches the program itself, which decides what it does. */
function leaveToProgram(): void {}

/** @returns undefined if the lab has no such user of its own */
export function labUser(name: string): LabUser | undefined {
  return LAB_USERS.find((user) => user.name === name);
}

/** If whoever started it dies, it does not go on alone. */
function becoming(user: LabUser | undefined): string[] {
  const identity =
    user === undefined ? [] : [`--reuid=${user.name}`, `--regid=${user.name}`, "--init-groups"];
  return ["setpriv", "--pdeathsig=TERM", ...identity];
}

function environmentOf(user: LabUser | undefined): Record<string, string> {
  const own = user === undefined ? {} : { USER: user.name, LOGNAME: user.name, HOME: homeOf(user) };
  return { SLURM_CONF, ...own };
}
