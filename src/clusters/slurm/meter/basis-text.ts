import { controllerOfText } from "../read/controller-text.ts";
import { countOf, unreadable } from "../read/words.ts";
import type { DurationMs, EpochMs } from "../../../units.ts";
import { durationMs } from "../../../units.ts";

/** What there is to know before the accounting is asked. */
export interface Basis {
  readonly cluster: string;
  /** By slurmctld's clock. */
  readonly at: EpochMs;
  /** How long a node may be silent until it is set down; 0: for ever. */
  readonly silence: DurationMs;
}

/** @param text of `scontrol show config` @throws SlurmFault */
export function basisOfText(text: string): Basis {
  const { cluster, at } = controllerOfText(text);
  const found = /^SlurmdTimeout\s*= (\d+) sec$/m.exec(text)?.[1];
  if (found === undefined) throw unreadable("slurmctld's SlurmdTimeout", "there", "");
  return { cluster, at, silence: durationMs(countOf("SlurmdTimeout", found) * 1_000) };
}

/** @param text of `sdiag` @returns what slurmctld has not told the accounting yet @throws SlurmFault */
export function untoldOfText(text: string): number {
  const found = /^\s*DBD Agent queue size:\s*(\d+)$/m.exec(text)?.[1];
  if (found === undefined) throw unreadable("sdiag's queue for slurmdbd", "there", text);
  return countOf("sdiag's queue for slurmdbd", found);
}
