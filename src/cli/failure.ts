/** Something that did not succeed, told in full by its message: exit code 1, without a trace. */
export class Failure extends Error {
  override readonly name = "Failure";
}
