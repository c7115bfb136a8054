/** Why something was not done that may be done later: the request may be sent again, with the same key. */
export type UnavailableReason = "overloaded" | "fenced" | "closed" | "store_failed" | "turn_failed";

/** A turn that was not carried out, or of which nobody knows whether it was. */
export class Unavailable extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "Unavailable";
    this.reason = reason;
  }
}
