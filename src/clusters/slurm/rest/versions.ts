import { z } from "zod";
import { SlurmFault } from "../fault.ts";

/** Versions of the API whose answers are read: those of Slurm 22.05 to 25.11. */
const OLDEST = 38;
const NEWEST = 44;

export interface RestVersions {
  /** `v0.0.42` */
  readonly slurm: string;
  readonly slurmdb: string | null;
}

const openapi = z.object({ paths: z.record(z.string(), z.unknown()) });

/** The newest of those that slurmrestd offers and that are read here. @param answer of `/openapi/v3` @throws SlurmFault */
export function versionsOf(answer: unknown): RestVersions {
  const paths = Object.keys(openapi.safeParse(answer).data?.paths ?? {});
  const slurm = newest(paths, "/slurm/");
  if (slurm === null) {
    const sentence = `slurmrestd offers none of the versions v0.0.${OLDEST} to v0.0.${NEWEST}`;
    throw new SlurmFault("version_too_old", sentence);
  }
  return { slurm, slurmdb: newest(paths, "/slurmdb/") };
}

function newest(paths: readonly string[], prefix: string): string | null {
  const numbers = paths
    .filter((path) => path.startsWith(prefix) && path.includes("/jobs"))
    .map((path) => Number(/^v0\.0\.(\d+)\//.exec(path.slice(prefix.length))?.[1] ?? 0))
    .filter((version) => version >= OLDEST && version <= NEWEST);
  return numbers.length === 0 ? null : `v0.0.${Math.max(...numbers)}`;
}
