import { CommanderError } from "commander";
import { Unreadable } from "../client/credentials.ts";
import { Refused, Unreachable } from "../client/refused.ts";
import { LabError } from "../labs/slurm/lab-error.ts";
import { InputError } from "../readers/input-error.ts";
import { Failure } from "./failure.ts";
import { NotLoggedIn } from "./market/client-command.ts";
import { Declined } from "./market/confirm.ts";
import { TimedOut } from "./market/watch-command.ts";
import { UsageError } from "./options.ts";
import { PassedOn } from "./passed-on.ts";

/**
 * Exit codes: 0 done; 1 a fault, or a wait that was in vain; 2 something in the input or the options is wrong; 3 refused,
 * the code says why; 4 not logged in, or not allowed; 5 the server is not to be reached, or says "not now".
 */
export const EXIT = { done: 0, fault: 1, input: 2, refused: 3, notAllowed: 4, unavailable: 5 };

/** What went wrong, for whoever typed the command; null: it is a fault that wants its trace. */
export interface Explained {
  readonly code: number;
  readonly sentence: string | null;
}

export function explained(error: unknown): Explained {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? EXIT.done : EXIT.input, sentence: "" };
  }
  if (error instanceof PassedOn) return { code: error.code, sentence: "" };
  if (error instanceof Refused) return { code: codeOf(error), sentence: sentenceOf(error) };
  if (!(error instanceof Error)) return { code: EXIT.fault, sentence: null };
  const sentence = error.message;
  if (error instanceof InputError || error instanceof UsageError || error instanceof Unreadable) {
    return { code: EXIT.input, sentence };
  }
  if (error instanceof LabError) return { code: CODE_OF_LAB[error.reason], sentence };
  if (error instanceof NotLoggedIn) return { code: EXIT.notAllowed, sentence };
  if (error instanceof Unreachable) return { code: EXIT.unavailable, sentence };
  if (error instanceof Declined) return { code: EXIT.refused, sentence };
  const isTold = error instanceof TimedOut || error instanceof Failure;
  return { code: EXIT.fault, sentence: isTold ? sentence : null };
}

const CODE_OF_LAB = { failed: EXIT.fault, refused: EXIT.refused, "not-up": EXIT.unavailable };

function codeOf({ status }: Refused): number {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 422) return EXIT.input;
  if (status === 429 || status === 503) return EXIT.unavailable;
  return status === 404 || status === 409 ? EXIT.refused : EXIT.fault;
}

function sentenceOf({ status, code, message }: Refused): string {
  const verb = status === 409 || status === 404 ? "refused" : "failed";
  return `${verb} (${code}): ${message}`;
}
