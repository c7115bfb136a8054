/** The two sides of the race: the core without a store, and the journal on a database. */
import type { ExchangeCommand, ExchangeEvent, ExchangeRefusal } from "../src/exchange/commands.ts";
import { applyExchange } from "../src/exchange/apply-exchange.ts";
import { decideExchange } from "../src/exchange/decide-exchange.ts";
import { emptyExchange, stateHash } from "../src/exchange/state.ts";
import type { Requester } from "../src/journal/audit.ts";
import { Journal } from "../src/journal/journal.ts";
import type { SnapshotOptions } from "../src/journal/snapshots.ts";
import type { Store } from "../src/ports.ts";
import { assert, durationMs, epochMs } from "../src/units.ts";
import { NOW } from "./core-throughput-market.ts";

export type Outcome = ExchangeRefusal | readonly ExchangeEvent[];

/** Decides and carries out, the state's hash included, and keeps nothing. */
export class CoreSide {
  readonly #state = emptyExchange(epochMs(0));

  do(command: ExchangeCommand): Outcome {
    const decision = decideExchange(this.#state, command);
    if ("refusal" in decision) return decision.refusal;
    for (const event of decision.events) applyExchange(this.#state, event);
    return decision.events;
  }

  get hash(): string {
    return stateHash(this.#state);
  }
}

let count = 0;
const ports = {
  clock: { now: () => NOW },
  ids: { next: (prefix: string) => `${prefix}_${(count += 1)}` },
  wait: () => Promise.resolve(),
};

export async function openJournal(store: Store, snapshots?: SnapshotOptions): Promise<Journal> {
  const options = { writer: "bench", ttl: durationMs(600_000), ...(snapshots && { snapshots }) };
  const journal = await Journal.open({ ...ports, store }, options);
  assert(journal !== "held_by_another", "nobody else writes");
  return journal;
}

/** For the audit log, which has an entry for each request. */
function requester(account: string, requestId: string): Requester {
  return {
    requestId,
    account,
    member: `mem_${account}`,
    key: `key_${account}`,
    operation: "placeOrder",
    path: "/v1/orders",
    address: "127.0.0.1",
  };
}

/** An order has a key and somebody who asks for it, as a customer's request has; what founds the exchange has none. */
async function submit(journal: Journal, command: ExchangeCommand, name: string): Promise<Outcome> {
  const account = command.type === "place_order" ? command.order.account : null;
  const request = account === null ? null : { account, key: name, digest: name };
  const by = account === null ? null : requester(account, name);
  const receipt = await journal.submit((desk) => desk.do(command), request, by);
  assert(receipt.refusal !== "idempotency_key_reused", "every order has a key of its own");
  // A turn of one command is refused as its command is.
  if (receipt.refusal !== null) return receipt.refusal as ExchangeRefusal;
  return receipt.events.map(({ event }) => event);
}

/** So many at a time are on their way; they arrive in the order of the list. */
export async function submitAll(
  journal: Journal,
  commands: readonly ExchangeCommand[],
  inFlight: number,
  name: string,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < commands.length; at = next++) {
      const command = commands[at];
      assert(command !== undefined, "every place of the list is taken");
      outcomes[at] = await submit(journal, command, `${name}-${at}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return outcomes;
}
