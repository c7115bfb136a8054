import type { SeedOutcome } from "./seed.ts";

/** What a worker is to do: seeds `first`, `first + stride` and so on, up to `last`. */
export interface WorkerTask {
  readonly first: number;
  readonly last: number;
  readonly stride: number;
  readonly commands: number;
  readonly store: "memory" | "pglite";
}

/** What a worker tells of a seed: nothing that cannot be sent. */
export interface SeedReport {
  readonly seed: number;
  readonly commands: number;
  readonly events: number;
  readonly counts: readonly (readonly [what: string, count: number])[];
  readonly failure: {
    readonly step: number;
    readonly sentence: string;
    readonly details: string;
  } | null;
}

/** @param again the same seed once more, which must have done the same */
export function reportOf(outcome: SeedOutcome, again: SeedOutcome): SeedReport {
  const { seed, commands, events, counts } = outcome;
  return { seed, commands, events, counts: [...counts], failure: failureOf(outcome, again) };
}

function failureOf(outcome: SeedOutcome, again: SeedOutcome): SeedReport["failure"] {
  if (outcome.failure !== null) {
    const { step, fault } = outcome.failure;
    return { step, sentence: messageOf(fault), details: detailsOf(fault) };
  }
  if (outcome.hash === again.hash) return null;
  const sentence = "the same seed does not do the same twice";
  return { step: outcome.steps, sentence, details: `${outcome.hash} and ${again.hash}` };
}

function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return fault.cause instanceof Error ? `${fault.message}: ${fault.cause.message}` : fault.message;
}

function detailsOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const cause = fault.cause instanceof Error ? `\nbecause of ${fault.cause.stack}` : "";
  return `${fault.stack}${cause}`;
}
