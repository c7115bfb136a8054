/** Why a lab cannot do what is asked; the message says what to do about it. */
export type Reason = "not-up" | "refused" | "failed";

export class LabError extends Error {
  override readonly name = "LabError";
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
