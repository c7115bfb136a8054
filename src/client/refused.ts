/** What the API refused, in its own words. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  /** The whole answer, as it came. */
  readonly answer: unknown;

  constructor(status: number, code: string, message: string, answer: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.answer = answer;
  }
}

/** The API does not answer. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

interface ErrorAnswer {
  readonly error?: { readonly code?: string; readonly message?: string };
}

export async function refusalIn(response: Response): Promise<Refused> {
  const answer: unknown = await response.json().catch(() => null);
  const { error = {} } = (answer ?? {}) as ErrorAnswer;
  const code = error.code ?? "not_understood";
  const message = error.message ?? `The server answered ${response.status}: is it Spillway?`;
  return new Refused(response.status, code, message, answer);
}
