/** What a lab could leave behind on the machine. */
import { existsSync, globSync, readFileSync, readlinkSync } from "node:fs";
import { controlGroupsOf } from "../../src/labs/slurm/control-groups.ts";
import { planOf } from "../../src/labs/slurm/plan.ts";
import { processesBeside } from "../../src/labs/slurm/processes.ts";
import { readRecord } from "../../src/labs/slurm/record.ts";

export interface Traces {
  readonly folder: boolean;
  readonly processes: readonly string[];
  readonly namespaces: readonly string[];
  readonly controlGroups: readonly string[];
  readonly mounts: readonly string[];
}

export const NONE: Traces = {
  folder: false,
  processes: [],
  namespaces: [],
  controlGroups: [],
  mounts: [],
};

/** Notes what belongs to a lab while it is there. @returns looks for all of that again */
export function tracesOf(dir: string): () => Traces {
  const record = readRecord(dir);
  const first = record?.first?.pid ?? 0;
  const plan = planOf(dir, record?.nodes ?? 4, "cgroup");
  const pids = processesBeside(first).map(({ pid }) => pid);
  const own = namespacesOf(first).filter((each) => !namespacesOf(process.pid).includes(each));
  const isOwn = (pid: number): boolean => pids.includes(pid) || commandOf(pid).includes(dir);
  return () => ({
    folder: existsSync(dir),
    processes: pidsNow().filter(isOwn).map(commandOf),
    namespaces: own.filter((each) => pidsNow().some((pid) => namespacesOf(pid).includes(each))),
    controlGroups: controlGroupsOf(plan),
    mounts: readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => line.includes("spillway-lab") || line.includes(dir)),
  });
}

function pidsNow(): number[] {
  return globSync("/proc/[0-9]*").map((folder) => Number(folder.slice("/proc/".length)));
}

function namespacesOf(pid: number): string[] {
  return ["net", "mnt", "pid", "uts"].flatMap((kind) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/${kind}`)];
    } catch {
      return [];
    }
  });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
