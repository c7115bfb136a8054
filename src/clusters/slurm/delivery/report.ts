import type { DeliveryFault, Interruption } from "../../../ports.ts";

/** What a pass has done so far, and what it could not do. */
export class Report {
  readonly deeds: string[] = [];
  readonly interruptions: Interruption[] = [];
  readonly #faults = new Map<string, DeliveryFault>();

  get faults(): readonly DeliveryFault[] {
    return [...this.#faults.values()];
  }

  /** Faults stand in both, and what was done in one: each deed and each interruption is told of once. */
  take(other: Report): void {
    this.deeds.push(...other.deeds.splice(0));
    this.interruptions.push(...other.interruptions.splice(0));
    for (const { contract, code, sentence } of other.faults) this.fault(contract, code, sentence);
  }

  done(sentence: string): void {
    this.deeds.push(sentence);
  }

  /** The same fault twice is one. */
  fault(contract: string | null, code: string, sentence: string): void {
    this.#faults.set(sentence, { contract, code, sentence });
  }
}
