import { rmSync, writeFileSync } from "node:fs";
import { Failure } from "../failure.ts";
import { UsageError } from "../options.ts";

/** A file that was not there before, for its user's eyes alone where it holds a secret. @throws UsageError */
export function save(
  option: string,
  file: string,
  content: string | Uint8Array,
  mode = 0o644,
): void {
  try {
    writeFileSync(file, content, { mode, flag: "wx" });
  } catch (fault) {
    const isThere = (fault as NodeJS.ErrnoException).code === "EEXIST";
    const reason = isThere ? "is there already" : "cannot be written";
    throw new UsageError(`${option}: ${file} ${reason}`, { cause: fault });
  }
}

/** What is made once with a secret: a key, a webhook. */
export interface Made {
  readonly id: string;
  /** Null: the answer is a repeated one. */
  readonly secret: string | null;
}

/** @throws Failure where the answer that had it was lost on its way, and the request was repeated */
export function secretOf({ id, secret }: Made): string {
  if (secret !== null) return secret;
  throw new Failure(`${id} is made, but the answer with its secret was lost: rotate it`);
}

/**
 * What is shown once, into a new file where one is named: its place is made first, so that a secret that cannot be kept is
 * not made, and taken away again where nothing was.
 * @throws UsageError, Failure, and what the making throws
 */
export async function keepSecret<Kind extends Made>(
  option: string,
  file: string | undefined,
  make: () => Promise<Kind>,
): Promise<Kind> {
  if (file === undefined) return make();
  save(option, file, "", 0o600);
  try {
    const made = await make();
    writeFileSync(file, `${secretOf(made)}\n`);
    return made;
  } catch (fault) {
    rmSync(file, { force: true });
    throw fault;
  }
}
