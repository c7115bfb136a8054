import { runInside } from "../../src/labs/slurm/inside.ts";
import type { Lab } from "../../src/labs/slurm/lab.ts";
import { SLURM_CONF } from "../../src/labs/slurm/paths.ts";

/** Starts slurmctld as the lab does, where it was killed. */
export async function restartController({ first }: Lab): Promise<void> {
  const become = "setpriv --reuid=slurm --regid=$(id -g slurm) --clear-groups";
  await runInside(first, ["sh", "-c", `${become} slurmctld -f ${SLURM_CONF}`]);
}
