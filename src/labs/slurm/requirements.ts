import { existsSync, globSync } from "node:fs";
import { LabError } from "./lab-error.ts";
import type { Tracking } from "./plan.ts";

/** A package of Debian 12 and a file by which one sees that it is there. */
type Needed = readonly [name: string, file: string];

/** The emulator's package is not among them: it takes over slurmctld and slurmd. */
const PACKAGES: readonly Needed[] = [
  ["slurmctld", "/usr/sbin/slurmctld"],
  ["slurmd", "/usr/sbin/slurmd"],
  ["slurmdbd", "/usr/sbin/slurmdbd"],
  ["slurmrestd", "/usr/sbin/slurmrestd"],
  ["slurm-client", "/usr/bin/sinfo"],
  ["slurm-wlm-basic-plugins", "/usr/lib/*/slurm-wlm/topology_tree.so"],
  ["slurm-wlm-mysql-plugin", "/usr/lib/*/slurm-wlm/accounting_storage_mysql.so"],
  ["slurm-wlm-jwt-plugin", "/usr/lib/*/slurm-wlm/auth_jwt.so"],
  ["munge", "/usr/sbin/munged"],
  ["mariadb-server", "/usr/sbin/mariadbd"],
  ["iproute2", "/{usr/,}{sbin,bin}/ip"],
  ["util-linux", "/usr/bin/nsenter"],
];

/** @throws LabError if the machine cannot have a lab */
export function refuseWithoutRequirements(): void {
  if (process.getuid?.() !== 0) {
    throw new LabError("refused", "a lab makes namespaces and control groups: run it as root");
  }
  const missing = missingPackages((file) => globSync(file).length > 0);
  if (missing.length === 0) return;
  throw new LabError(
    "refused",
    `a lab needs Slurm from Debian's packages. Run: apt-get install --no-install-recommends ${missing.join(" ")}`,
  );
}

/** @param isThere whether a file of this pattern exists */
export function missingPackages(isThere: (pattern: string) => boolean): string[] {
  return PACKAGES.filter(([, file]) => !isThere(file)).map(([name]) => name);
}

/** Slurm 22.05 outside systemd holds jobs by control groups of version 1 or not at all. */
export function trackingHere(): Tracking {
  const needed = ["freezer", "devices"].map((name) => `/sys/fs/cgroup/${name}/tasks`);
  return needed.every((file) => existsSync(file)) ? "cgroup" : "process-tree";
}
