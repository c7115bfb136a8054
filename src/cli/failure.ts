import { SlurmFault } from "../clusters/slurm/fault.ts";

/** Something that did not succeed, told in full by its message: exit code 1, without a trace. */
export class Failure extends Error {
  override readonly name = "Failure";
}

const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process has the port already: choose one with --port",
  EADDRNOTAVAIL: "this machine has no such address: choose another with --host",
  EACCES: "this user may not do that",
  ENOSPC: "the disk is full",
};

/**
 * Does what stands or falls with the machine and the database, whose faults are no bugs: they are told in a sentence.
 * @throws Failure for those of the store, of real clusters and the system's
 */
export async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    const sentence = sentenceOf(fault);
    throw sentence === null ? fault : new Failure(sentence, { cause: fault });
  }
}

function sentenceOf(fault: unknown): string | null {
  if (!(fault instanceof Error)) return null;
  if (fault instanceof SlurmFault) return fault.message;
  if (fault.message.startsWith("The store could not")) return fault.message;
  const known = "code" in fault ? SENTENCES[String(fault.code)] : undefined;
  return known === undefined ? null : `${fault.message}: ${known}`;
}
