/** A planted bug: in one file, one piece of text that stands there once is replaced by another. */
export interface Mutant {
  /** Short, of letters and dashes. */
  readonly name: string;
  /** What the bug does, in a sentence without a subject. */
  readonly does: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
