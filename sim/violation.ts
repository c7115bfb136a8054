/** Something that must never be. */
export class Violation extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "Violation";
  }
}

export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Violation(sentence);
}
