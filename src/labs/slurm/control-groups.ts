import { globSync, rmdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type LabPlan, nodesOf } from "./plan.ts";

const TRIES = 100;
const WAIT_MS = 20;

/**
 * Slurm leaves a node's control groups behind. They can be removed once nothing runs in them.
 * @throws Error of the kernel's if something still does
 */
export async function removeControlGroups(plan: LabPlan): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      for (const folder of controlGroupsOf(plan)) rmdirSync(folder);
      return;
    } catch (fault) {
      // The kernel takes note a little later that a process has gone.
      if ((fault as NodeJS.ErrnoException).code !== "EBUSY" || tries === TRIES) throw fault;
    }
    await setTimeout(WAIT_MS);
  }
}

/** @returns the folders, each after those below it */
export function controlGroupsOf(plan: LabPlan): string[] {
  const names = new Set(nodesOf(plan).map(({ name }) => `slurm_${name}`));
  return globSync("/sys/fs/cgroup/*/slurm_*")
    .filter((folder) => names.has(folder.split("/").at(-1) ?? ""))
    .flatMap((folder) => globSync(`${folder}/**/`))
    .toSorted((a, b) => b.length - a.length);
}
