/** What a tool printed and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** What the tool reads on standard input. */
  readonly input?: string;
  /** Past it, the tool is killed with all that it has started. */
  readonly mostMs?: number;
  /** The Unix user as whom the tool runs; without it, as the user whom the way leads to. */
  readonly as?: string;
}

export const MOST_MS = 10_000;

/**
 * A way to Slurm's tools. Tools print times as seconds since 1970 and heed no variable of the user's that narrows what they
 * show.
 */
export interface SlurmAccess {
  /** For sentences: `this machine`, `login1`. */
  readonly place: string;
  /**
   * Runs a tool to its end, whatever its code; at most four at a time, the others wait for their turn.
   * @param args are passed on as they are: no shell reads them
   * @throws SlurmFault `unreachable` past the time or where there is no way, `tool_missing`, `denied` by the way itself
   */
  run(tool: string, args: readonly string[], running?: Running): Promise<Ended>;
}
