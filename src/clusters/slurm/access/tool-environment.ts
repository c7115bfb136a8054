/** What changes how Slurm's tools print times and lists. */
const SET: Readonly<Record<string, string>> = {
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  // Seconds since 1970: no zone and no change of clocks is in the way.
  SLURM_TIME_FORMAT: "%s",
  // The tasks of an array are told in full.
  SLURM_BITSTR_LEN: "0",
};

/** A user's own filters and formats, which would hide jobs. */
const UNSET = [
  "SLURM_CLUSTERS",
  "SQUEUE_ACCOUNT",
  "SQUEUE_ACCOUNTS",
  "SQUEUE_CLUSTERS",
  "SQUEUE_FORMAT",
  "SQUEUE_FORMAT2",
  "SQUEUE_LICENSES",
  "SQUEUE_NAMES",
  "SQUEUE_PARTITION",
  "SQUEUE_QOS",
  "SQUEUE_SORT",
  "SQUEUE_STATES",
  "SQUEUE_USERS",
  "SACCT_FORMAT",
  "SACCT_LOCAL",
  "SACCT_FEDERATION",
  "SINFO_FORMAT",
  "SINFO_PARTITION",
  "SINFO_SORT",
  "SINFO_STATES",
];

export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly mostMs: number;
  /** Where the cluster's configuration is; null: where the tools look for it. */
  readonly slurmConf: string | null;
  /** What is put before the tool so that it runs as another user. */
  readonly becoming?: readonly string[];
}

/** The call with its environment and its own end in time, wherever it is run: GNU's env and timeout are everywhere. */
export function toolCommand({ tool, args, mostMs, slurmConf, becoming = [] }: ToolCall): string[] {
  const conf = slurmConf === null ? [] : [`SLURM_CONF=${slurmConf}`];
  const set = Object.entries(SET).map(([name, value]) => `${name}=${value}`);
  const bound = ["timeout", "--signal=KILL", String(mostMs / 1_000)];
  return [
    "env",
    ...UNSET.flatMap((name) => ["-u", name]),
    ...set,
    ...conf,
    ...bound,
    ...becoming,
    tool,
    ...args,
  ];
}
