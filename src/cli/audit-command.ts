import { Command } from "commander";
import type { AuditHead } from "../ports.ts";
import { checkSchema } from "../store/migrate.ts";
import { atOneInstant } from "../store/snapshot.ts";
import { checkAudit } from "../verify/audit.ts";
import { Faults } from "../verify/faults.ts";
import { Failure } from "./failure.ts";
import { listAudit } from "./market/audit-list.ts";
import { UsageError } from "./options.ts";
import { storeCommand, withStore } from "./store-command.ts";

const ABOUT = `
Each entry's hash covers the one before, so that one that was changed, taken out or moved shows. Whoever can write to the
whole database could write all of it anew: note the last line of this command elsewhere, and give it back later.
`;

const EXAMPLES = `  spillway audit verify
  spillway audit verify --expect 1042:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
`;

export function auditCommand(): Command {
  const verify = storeCommand(
    "verify",
    "Check that nothing in the audit log was changed, taken out or moved.",
    EXAMPLES,
  );
  verify
    .option("--expect <NUMBER:HASH>", "an entry that was noted earlier")
    .addHelpText("after", ABOUT)
    .action(({ expect }: { expect?: string }) => verifyAudit(verify, expect));
  return new Command("audit")
    .description("The log of who did what.")
    .addCommand(listAudit(), { isDefault: true })
    .addCommand(verify);
}

async function verifyAudit(command: Command, expect: string | undefined): Promise<void> {
  const noted = expect === undefined ? null : parseNoted(expect);
  const faults = new Faults();
  const head = await withStore(command, "there", async (database) => {
    await checkSchema(database);
    return atOneInstant(database, async (snapshot) => {
      const { audit } = await snapshot.writer();
      await checkAudit(snapshot.audit(), audit, faults, noted);
      return audit;
    });
  });
  if (!faults.none) throw new Failure(faults.all().join("\n"));
  process.stdout.write(`${head.number} entries, none changed, taken out or moved.\n`);
  if (head.number > 0) process.stdout.write(`${head.number}:${head.hash}\n`);
}

function parseNoted(text: string): AuditHead {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || hash === undefined) {
    throw new UsageError(
      `--expect is a number and a hash, as this command prints them, not "${text}"`,
    );
  }
  return { number: Number(number), hash };
}
