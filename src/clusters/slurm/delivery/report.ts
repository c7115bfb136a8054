import type { DeliveryFault, Interruption } from "../../../ports.ts";

/** What a pass has done so far, and what it could not do. */
export class Report {
  readonly deeds: string[] = [];
  readonly interruptions: Interruption[] = [];
  readonly #faults = new Map<string, DeliveryFault>();

  get faults(): readonly DeliveryFault[] {
    return [...this.#faults.values()];
  }

  done(sentence: string): void {
    this.deeds.push(sentence);
  }

  /** The same fault twice is one. */
  fault(contract: string | null, code: string, sentence: string): void {
    this.#faults.set(sentence, { contract, code, sentence });
  }
}
