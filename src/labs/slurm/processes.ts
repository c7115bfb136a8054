import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that cannot be taken for a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** In the kernel's clock ticks since the machine's start. */
  readonly started: string;
}

/** @returns null where there is no such process, or only what its parent has not yet taken note of */
export function processId(pid: number): ProcessId | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything.
  const [state, ...rest] = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  const started = rest[18];
  return state === undefined || state === "Z" || started === undefined ? null : { pid, started };
}

export function isAlive({ pid, started }: ProcessId): boolean {
  return processId(pid)?.started === started;
}

/** A process of a lab, as the machine sees it. */
export interface LabProcess {
  readonly pid: number;
  readonly command: string;
}

/** All processes that share this one's process namespace, in order of their number. */
export function processesBeside(pid: number): LabProcess[] {
  const place = namespaceOf(pid);
  if (place === null) return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((each) => each > 0 && namespaceOf(each) === place)
    .toSorted((a, b) => a - b)
    .map((each) => ({ pid: each, command: commandOf(each) }));
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  return (readOrNull(`/proc/${pid}/cmdline`) ?? "").replaceAll("\0", " ").trim();
}

/** What was there a moment ago may be gone. */
function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
