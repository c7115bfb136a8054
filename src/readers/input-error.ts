/** Where an input is wrong, what was expected there and what stood there instead. */
export interface InputFault {
  /** The path as it was given, or "standard input". */
  readonly file: string;
  /** Line in the file, from 1; absent where the whole file is at fault. */
  readonly line?: number | null;
  readonly column?: string | null;
  /** Path of a value inside a JSON file, such as `rungs[2].notice`. */
  readonly key?: string;
  readonly expected: string;
  readonly found: string;
}

/** Bad input: the user's file is wrong, not the program. The command line answers it with exit code 2. */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(fault: InputFault, options?: ErrorOptions) {
    const line = fault.line ?? null;
    const column = fault.column ?? null;
    const place = line === null ? fault.file : `${fault.file}:${line}`;
    const within = column === null ? (fault.key ?? null) : `column ${column}`;
    const subject = within === null ? place : `${place}: ${within}`;
    super(`${subject}: expected ${fault.expected}, found ${fault.found}`, options);
  }
}

/** A value as an error quotes it: in quotation marks, on one line, cut where it is long. */
export function quoted(value: string): string {
  const limit = 60;
  const text = value.length > limit ? `${value.slice(0, limit)}…` : value;
  return value === "" ? "nothing" : JSON.stringify(text);
}
