/** Why a Slurm cannot be seen or steered; what is sold of it stays sold, and nothing more is. */
export type SlurmState =
  | "unreachable"
  | "tool_missing"
  | "denied"
  | "version_too_old"
  | "clocks_differ"
  | "answer_unreadable";

/** The oldest that is read and steered. */
export const OLDEST = "22.05";

const ADVICE: Record<SlurmState, string> = {
  unreachable:
    "Look whether slurmctld runs and answers there (scontrol ping), and whether the way to it is open.",
  tool_missing:
    "Install Slurm's client tools there, or put their folder into PATH, and say SLURM_CONF if it is in no usual place.",
  denied:
    "The user under which Spillway asks must be let in (ssh's key, slurmrestd's token) and needs the level Operator: sacctmgr modify user NAME set adminlevel=Operator.",
  version_too_old: `Spillway needs Slurm ${OLDEST} or later: upgrade it, or sell from another cluster.`,
  clocks_differ:
    "Set both machines' clocks by NTP: reservations and notices go by slurmctld's clock, contracts by this one.",
  answer_unreadable:
    "If the sentence does not say why, run the same there by hand, and report it with the version of Slurm.",
};

/** A named bad state of a cluster. The message says what happened and what to do. */
export class SlurmFault extends Error {
  override readonly name = "SlurmFault";
  readonly state: SlurmState;
  /** What happened, without the advice. */
  readonly happened: string;
  readonly advice: string;

  /** @param happened a sentence without its full stop */
  constructor(state: SlurmState, happened: string, options?: ErrorOptions) {
    super(`${state}: ${happened}. ${ADVICE[state]}`, options);
    this.state = state;
    this.happened = happened;
    this.advice = ADVICE[state];
  }
}
