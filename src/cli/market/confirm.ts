import { createInterface } from "node:readline/promises";
import { UsageError } from "../options.ts";

/** They were asked, and said no. */
export class Declined extends Error {
  override readonly name = "Declined";
}

/**
 * Asks whoever sits there. What is asked goes to standard error, so that the answer to the command stays alone on standard
 * output.
 * @throws UsageError where nobody sits there and `--yes` was not said; Declined
 */
export async function confirm(question: string, yes: true | undefined): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw new UsageError("nothing was done: say --yes to go ahead");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Declined("nothing was done");
  } finally {
    lines.close();
  }
}

/** For people only: what they are asked to agree to. */
export function show(text: string, json: true | undefined): void {
  (json === true ? process.stderr : process.stdout).write(`${text}\n`);
}
