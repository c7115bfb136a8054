import { heldOf } from "../src/ledger/chart.ts";
import { checkDocuments } from "./checks/documents.ts";
import { checkKeys } from "./checks/keys.ts";
import { checkLedger } from "./checks/ledger.ts";
import { checkReadModels } from "./checks/read-models.ts";
import { NO_FAULTS } from "./faults.ts";
import type { Installation } from "./installation.ts";
import { living } from "./steps.ts";
import { demand } from "./violation.ts";

/** Longer than anything that can be held, and than any order stands. */
const LONG_MS = 40 * 3_600_000;

/** The world comes to rest: everyone has an answer, every contract ends and is metered, and the books are closed. */
export async function end(installation: Installation): Promise<void> {
  const { clients, clusters, time, truth } = installation;
  for (const cluster of clusters) cluster.isCalm = true;
  const process = await living(installation);
  process.gate.plan = NO_FAULTS;
  process.solver.isCalm = true;
  process.solver.finish();
  for (const ask of clients.unanswered) clients.send(process, ask);
  await installation.settle();
  demand(clients.unanswered.length === 0, "everyone has an answer at last");
  for (const ask of clients.all) clients.send(process, ask);
  await installation.settle();
  time.pass(LONG_MS);
  void process.service.minute().catch(installation.broken);
  await installation.settle();
  void process.service.tick().catch(installation.broken);
  await installation.settle();
  void process.service.tick().catch(installation.broken);
  await installation.settle();
  const { state } = truth.replica;
  demand(state.deals.size === 0, "every contract is metered to its end");
  demand(state.market.contracts.size === 0, "every contract ends");
  for (const { id } of state.accounts.accounts.values()) {
    demand(state.ledger.balance(heldOf(id)) === 0n, `nothing of ${id} is held for nothing`);
  }
  demand(state.auctions.running.size === 0, "every auction is cleared or called off");
  demand(state.auctions.orders.size === 0, "and nothing waits in one that is over");
  demand(state.market.book.size === 0, "no order stands beyond its expiry");
  await checkLedger(installation);
  await checkDocuments(installation);
  await checkReadModels(installation);
  checkKeys(installation);
}
