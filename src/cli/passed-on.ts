/** A program that was run for the user ended with a code of its own, which is passed on without a word. */
export class PassedOn extends Error {
  override readonly name = "PassedOn";
  readonly code: number;

  constructor(code: number) {
    super(`the program ended with ${code}`);
    this.code = code;
  }
}
