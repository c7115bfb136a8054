import type { ExchangeCommand, ExchangeEvent, ExchangeRefusal } from "../exchange/commands.ts";
import { decideExchange } from "../exchange/decide-exchange.ts";
import { stateHash } from "../exchange/state.ts";
import { creditFloor } from "../accounts/account.ts";
import { creditOf } from "../ledger/chart.ts";
import type { Answer, AuditEntry, AuditHead, Batch, Floor } from "../ports.ts";
import type { Requester } from "./audit.ts";
import { auditEntry } from "./audit.ts";
import type { EpochMs } from "../units.ts";
import type { Views } from "../views/views.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { toEntry } from "./entries.ts";
import type { Replica } from "./replica.ts";
import { advanceReplica } from "./replica.ts";
import type { Desk, Receipt, Waiting } from "./turn.ts";
import { KEY_REUSED, nameOf } from "./turn.ts";

/** A state on which turns are decided, and the read models that follow it. */
export interface Ahead {
  readonly replica: Replica;
  readonly views: Views;
  audit: AuditHead;
}

/** A turn as it was decided, before it is durable. */
export interface Decided {
  readonly waiting: Waiting;
  readonly receipt: Receipt;
}

/** Told of each command as it is decided: before it is durable, and once more where its commit fails. */
export type Watch = (
  command: ExchangeCommand,
  outcome: ExchangeRefusal | readonly Recorded[],
) => void;

export interface Draft {
  readonly decided: readonly Decided[];
  readonly recorded: readonly Recorded[];
  readonly batch: Batch;
}

/** A turn that threw, after which the state ahead is in doubt. */
export interface Failed {
  readonly failed: Waiting;
  readonly cause: unknown;
}

/** Decides turns in order on the state ahead, which is then where the batch leads. */
export function draftBatch(
  ahead: Ahead,
  turns: readonly Waiting[],
  now: EpochMs,
  id: string,
  watch: Watch = () => undefined,
): Draft | Failed {
  const writing = new Writing(ahead, watch);
  const after = ahead.replica.sequence;
  const { market } = ahead.replica.state;
  if (now > market.now) writing.desk.do({ type: "advance", now });
  const decided: Decided[] = [];
  for (const waiting of turns) {
    try {
      decided.push({ waiting, receipt: writing.decide(waiting) });
    } catch (cause) {
      return { failed: waiting, cause };
    }
  }
  const { recorded, answers, audit } = writing;
  const batch: Batch = {
    id,
    after,
    entries: recorded.map(toEntry),
    answers,
    documents: ahead.views.takeChanged(),
    transactions: recorded.flatMap(({ event }) => transactionsOf(event)),
    floors: floorsOf(recorded),
    audit,
    stateHash: stateHash(ahead.replica.state),
  };
  return { decided, recorded, batch };
}

class Writing {
  readonly recorded: Recorded[] = [];
  readonly answers: Answer[] = [];
  readonly audit: AuditEntry[] = [];
  readonly desk: Desk;
  readonly #ahead: Ahead;
  readonly #watch: Watch;
  readonly #answered = new Map<string, { readonly digest: string; readonly receipt: Receipt }>();

  constructor(ahead: Ahead, watch: Watch) {
    this.#ahead = ahead;
    this.#watch = watch;
    this.desk = { state: ahead.replica.state, do: (command) => this.#do(command) };
  }

  decide({ turn, request, by }: Waiting): Receipt {
    if (request === null) return this.#take(turn, by);
    const before = this.#answered.get(nameOf(request));
    if (before !== undefined) {
      return before.digest === request.digest ? { ...before.receipt, replayed: true } : KEY_REUSED;
    }
    const first = this.#ahead.replica.sequence + 1;
    const receipt = this.#take(turn, by);
    const last = this.#ahead.replica.sequence;
    this.#answered.set(nameOf(request), { digest: request.digest, receipt });
    this.answers.push({ ...request, refusal: receipt.refusal, first, last });
    return receipt;
  }

  #take(turn: Waiting["turn"], by: Requester | null): Receipt {
    const from = this.recorded.length;
    const first = this.#ahead.replica.sequence + 1;
    const refusal = turn(this.desk);
    if (by !== null) this.#note(by, refusal, first);
    return { refusal, events: this.recorded.slice(from), replayed: false };
  }

  #note({ isBeside, ...by }: Requester, refusal: Receipt["refusal"], first: number): void {
    const { replica, audit } = this.#ahead;
    const outcome = refusal ?? (isBeside === true ? "asked" : "done");
    const at = replica.state.market.now;
    const entry = auditEntry(audit, { at, ...by, outcome, first, last: replica.sequence });
    this.#ahead.audit = { number: entry.number, hash: entry.hash };
    this.audit.push(entry);
  }

  #do(command: ExchangeCommand): ExchangeRefusal | null {
    const { replica } = this.#ahead;
    const decision = decideExchange(replica.state, command);
    if ("refusal" in decision) {
      this.#watch(command, decision.refusal);
      return decision.refusal;
    }
    const from = this.recorded.length;
    for (const event of decision.events) this.#record(event);
    this.#watch(command, this.recorded.slice(from));
    return null;
  }

  #record(event: ExchangeEvent): void {
    const { replica, views } = this.#ahead;
    const at = event.type === "time_advanced" ? event.now : replica.state.market.now;
    const recorded = { sequence: replica.sequence + 1, at, event };
    advanceReplica(replica, recorded);
    views.hear(recorded, replica.state);
    this.recorded.push(recorded);
  }
}

export function transactionsOf(event: ExchangeEvent) {
  return event.type === "settled" && event.transaction !== null ? [event.transaction] : [];
}

/** Of accounts that are new or have other terms, the last that they were given. */
function floorsOf(recorded: readonly Recorded[]): Floor[] {
  const floors = new Map<string, Floor>();
  for (const { event } of recorded) {
    if (event.type !== "account_created" && event.type !== "account_changed") continue;
    const account = creditOf(event.account.id);
    floors.set(account, { account, floor: creditFloor(event.account) });
  }
  return [...floors.values()];
}
