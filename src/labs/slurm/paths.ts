/**
 * Where things lie in a lab. Its processes see the lab's folder at one short path, wherever it really is: so that a socket's
 * path has room, and users without rights to the folders above reach it.
 */
export const INSIDE = "/run/spillway-lab";

/** A device for each GPU of a node. */
export const GPUS = "/run/gpus";

export const SLURM_CONF = `${INSIDE}/etc/slurm.conf`;
export const SLURMDBD_CONF = `${INSIDE}/etc/slurmdbd.conf`;
export const MUNGE_SOCKET = `${INSIDE}/munge/socket`;
export const JWT_KEY = `${INSIDE}/keys/jwt.key`;
export const DATABASE_SOCKET = `${INSIDE}/database/socket`;
export const DATABASE_DATA = `${INSIDE}/database/data`;
export const HOMES = `${INSIDE}/home`;

/** Below the lab's folder, for callers outside; a socket's path holds for them as well. */
export const REST_SOCKET = "rest/socket";
export const RECORD = "lab.json";
export const CLUSTER_FILE = "cluster.json";
export const HISTORY_FILE = "usage.csv";

/** The lab's folders and who owns each; null: root. */
export const FOLDERS: readonly (readonly [name: string, owner: SystemUser | null, mode: number])[] =
  [
    ["etc", null, 0o755],
    ["keys", "slurm", 0o700],
    ["munge", "munge", 0o755],
    ["database", "mysql", 0o755],
    ["state", "slurm", 0o755],
    ["spool", null, 0o755],
    ["log", "slurm", 0o755],
    ["run", "slurm", 0o755],
    ["rest", "nobody", 0o755],
    ["home", null, 0o755],
  ];

/** Made by the packages. */
export type SystemUser = "munge" | "mysql" | "nobody" | "slurm";
