import { runInside } from "../../src/labs/slurm/inside.ts";
import type { Lab } from "../../src/labs/slurm/lab.ts";
import { SLURM_CONF, SLURMDBD_CONF } from "../../src/labs/slurm/paths.ts";

const BECOME = "setpriv --reuid=slurm --regid=$(id -g slurm) --clear-groups";

/** As the lab starts them. */
export const START = {
  slurmctld: `${BECOME} slurmctld -f ${SLURM_CONF}`,
  slurmdbd: `SLURM_CONF=${SLURMDBD_CONF} ${BECOME} slurmdbd`,
} as const;

/** Where it was killed. */
export async function restartController({ first }: Lab): Promise<void> {
  await runInside(first, ["sh", "-c", START.slurmctld]);
}

/** Where it was killed. */
export async function restartDatabaseDaemon({ first }: Lab): Promise<void> {
  await runInside(first, ["sh", "-c", START.slurmdbd]);
}
