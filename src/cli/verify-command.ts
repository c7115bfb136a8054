import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import type { Database } from "../store/database.ts";
import { checkSchema } from "../store/migrate.ts";
import type { Verdict } from "../verify/verify.ts";
import { Failure } from "./failure.ts";
import { storeCommand, withStore } from "./store-command.ts";

const ABOUT = `
It replays the journal into an empty state and compares: the state's hash after every batch, the ledger's transfers and
balances, the documents that the API shows, and the answers to requests. Exit code 1: something differs, a sentence each.
With --repair, documents and the state's hash are written anew from the journal; nothing may be serving meanwhile.
`;

export function verifyCommand(): Command {
  const command = storeCommand(
    "verify",
    "Check that all that stands in the store is what its journal gives.",
    "  spillway verify\n  spillway verify --repair        while nothing serves\n",
  );
  return command
    .option("--repair", "write anew what follows from the journal")
    .option("--json", "the verdict as JSON")
    .addHelpText("after", ABOUT)
    .action(async ({ repair = false, json = false }: { repair?: boolean; json?: boolean }) => {
      const verdict = await withStore(command, "there", async (database) => {
        await checkSchema(database);
        const found = await verified(database);
        return repair ? repaired(database, found) : found;
      });
      process.stdout.write(json ? `${JSON.stringify(shown(verdict))}\n` : summaryOf(verdict));
      if (verdict.faults.length > 0) throw new Failure(verdict.faults.join("\n"));
    });
}

/** Loaded only once there is a store to check: it replays with the whole core. */
async function verified(database: Database): Promise<Verdict> {
  const { verify } = await import("../verify/verify.ts");
  return verify(database);
}

/** What is found once the repair is done. */
async function repaired(database: Database, found: Verdict): Promise<Verdict> {
  const { repair } = found;
  if (repair === null || (repair.documents.length === 0 && repair.anchor === null)) return found;
  const [{ repairStore }, { storeOn }] = await Promise.all([
    import("../verify/repair.ts"),
    import("../store/sql-store.ts"),
  ]);
  await repairStore(
    storeOn(database),
    repair,
    () => `bat_${randomBytes(12).toString("hex")}`,
  ).catch((fault: unknown) => {
    throw new Failure(fault instanceof Error ? fault.message : String(fault), { cause: fault });
  });
  process.stderr.write(`repaired ${repair.documents.length} documents\n`);
  return verified(database);
}

function shown({ repair, ...verdict }: Verdict) {
  return { ...verdict, repairable: repair !== null };
}

function summaryOf({
  events,
  batches,
  documents,
  transfers,
  answers,
  audited,
  olderHashes,
  faults,
}: Verdict) {
  const seen = `${events} events in ${batches} batches, ${documents} documents, ${transfers} transfers, ${answers} answers, ${audited} audit entries`;
  const older =
    olderHashes === 0 ? "" : `${olderHashes} batches carry a hash of an older version.\n`;
  return `${seen}\n${older}${faults.length === 0 ? "All is as the journal gives it.\n" : ""}`;
}
