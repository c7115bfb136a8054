import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { ListedTransfer } from "../paper/hledger.ts";
import { hledgerJournal, transactionsOf } from "../paper/hledger.ts";
import { checkSchema } from "../store/migrate.ts";
import type { Snapshot } from "../store/snapshot.ts";
import { atOneInstant } from "../store/snapshot.ts";
import { UsageError } from "./options.ts";
import { storeCommand, withStore } from "./store-command.ts";

export function exportCommand(): Command {
  const command = storeCommand(
    "export",
    "Write the ledger to standard output, for another program.",
    "  spillway export --hledger > spillway.journal\n",
  );
  return command
    .option("--hledger", "as a journal of hledger")
    .action(async ({ hledger = false }: { hledger?: boolean }) => {
      if (!hledger) throw new UsageError("say as what: --hledger");
      await withStore(command, "there", async (database) => {
        await checkSchema(database);
        await atOneInstant(database, async (snapshot) =>
          pipeline(journalOf(snapshot), process.stdout, { end: false }),
        );
      });
    });
}

async function* journalOf(snapshot: Snapshot): AsyncGenerator<string> {
  const balances = await Array.fromAsync(snapshot.balances());
  yield* hledgerJournal(gathered(snapshot), balances);
}

/** Transactions out of transfers, without holding more than one. */
async function* gathered(snapshot: Snapshot): AsyncGenerator<LedgerTransaction> {
  let legs: ListedTransfer[] = [];
  for await (const transfer of snapshot.transfers()) {
    if (legs[0] !== undefined && legs[0].transaction !== transfer.transaction) {
      yield* transactionsOf(legs);
      legs = [];
    }
    legs.push(transfer as ListedTransfer);
  }
  yield* transactionsOf(legs);
}
