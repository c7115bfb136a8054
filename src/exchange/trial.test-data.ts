import type { Account } from "../accounts/account.ts";
import { creditOf, heldOf } from "../ledger/chart.ts";
import { NOTICES, POLICY, at, ladderOf } from "../recall/recall.test-data.ts";
import type { Contract } from "../contracts/contract.ts";
import { findContract } from "../market/state.ts";
import type { EpochMs } from "../units.ts";
import { assert, gpus, microUsd, microUsdPerGpuHour, ppm } from "../units.ts";
import { applyExchange } from "./apply-exchange.ts";
import { MoneyAuditor } from "./money-auditor.test-data.ts";
import type { ExchangeCommand, ExchangeEvent, ExchangeRefusal } from "./commands.ts";
import { decideExchange } from "./decide-exchange.ts";
import type { ExchangeState } from "./state.ts";
import { emptyExchange, stateHash } from "./state.ts";

/** A copy of what a journal can hold: data, and no more kinds of it than its codec knows. */
function plainly<Value>(value: Value): Value {
  assertPlain(value);
  return structuredClone(value);
}

function assertPlain(value: unknown): void {
  if (typeof value !== "object" || value === null) {
    const isData = ["string", "number", "bigint", "boolean"].includes(typeof value);
    assert(isData || value === null, `an event holds data, not ${typeof value}`);
    assert(!Number.isNaN(value), "no number is none");
    return;
  }
  if (value instanceof Float64Array) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype;
  assert(isPlain, "an event holds lists and records");
  for (const each of Object.values(value)) assertPlain(each);
}

/** An exchange whose every event is carried out on a replica as well. */
export class Trial {
  readonly state: ExchangeState = emptyExchange(at(0));
  readonly replica: ExchangeState = emptyExchange(at(0));
  readonly events: ExchangeEvent[] = [];
  readonly #auditor = new MoneyAuditor(at(0));

  /** @returns its events, or why it was refused; checks the money after it */
  try(command: ExchangeCommand): readonly ExchangeEvent[] | ExchangeRefusal {
    const before = stateHash(this.state);
    const decision = decideExchange(this.state, command);
    assert(stateHash(this.state) === before, "deciding changes nothing");
    if ("refusal" in decision) return decision.refusal;
    for (const event of decision.events) {
      this.#auditor.hear(event, command);
      applyExchange(this.state, event);
      applyExchange(this.replica, plainly(event));
      this.events.push(event);
    }
    assert(stateHash(this.replica) === stateHash(this.state), "what is replayed is what was");
    this.#auditor.check(this.state);
    return decision.events;
  }

  do(command: ExchangeCommand): readonly ExchangeEvent[] {
    const done = this.try(command);
    if (typeof done === "string") throw new Error(`${command.type} is refused: ${done}`);
    return done;
  }

  advance(now: EpochMs): readonly ExchangeEvent[] {
    return this.do({ type: "advance", now });
  }

  contract(id: string): Contract {
    const contract = findContract(this.state.market, id)?.contract;
    assert(contract !== undefined, `contract ${id} lives`);
    return contract;
  }

  credit(account: string): bigint {
    return this.state.ledger.balance(creditOf(account));
  }

  held(account: string): bigint {
    return this.state.ledger.balance(heldOf(account));
  }
}

export function accountOf(id: string, terms: Partial<Account> = {}): Account {
  return {
    id,
    name: id,
    email: `${id}@example.com`,
    status: "active",
    payment: { kind: "prepaid" },
    taxRate: ppm(190_000),
    maxGpus: null,
    skus: null,
    accepted: null,
    created: at(0),
    ...terms,
  };
}

/**
 * An exchange at minute 0 with pool p (32 GPUs each in fabrics a and b, all safe to sell at every notice until minute
 * 10,000) and accounts x, y and z, each with a thousand dollars.
 */
export function openedTrial(): Trial {
  const trial = new Trial();
  const fabrics = ["a", "b"].map((id) => ({ id, gpus: gpus(32) }));
  const pool = { id: "p", sku: "H100", site: "", fabrics };
  trial.do({ type: "open_pool", pool, policy: POLICY });
  publish(trial, 64);
  for (const id of ["x", "y", "z"]) {
    trial.do({ type: "create_account", account: accountOf(id) });
    const amount = microUsd(1_000_000_000n);
    trial.do({ type: "deposit", account: id, amount, means: "manual", reference: `first-${id}` });
  }
  return trial;
}

/** As many GPUs are safe to sell at every notice from now on, at shares of the price of a firm GPU-hour. */
export function publish(trial: Trial, sellable: number, from = 0, price = 1_000_000n): void {
  const bounds = new Map(NOTICES.map((notice) => [notice, [[10_000, sellable]] as const]));
  const made = ladderOf(from, bounds);
  const rungs = made.rungs.map((rung) => {
    return { ...rung, price: microUsdPerGpuHour((rung.price * price) / 1_000_000n) };
  });
  trial.do({ type: "publish_ladder", pool: "p", ladder: { ...made, rungs } });
}

export function eventsOf<Type extends ExchangeEvent["type"]>(
  events: readonly ExchangeEvent[] | string,
  type: Type,
): readonly Extract<ExchangeEvent, { type: Type }>[] {
  if (typeof events === "string") return [];
  return events.filter((event) => event.type === type) as Extract<ExchangeEvent, { type: Type }>[];
}

/** The only contract that was sold or resold. */
export function boughtIn(events: readonly ExchangeEvent[] | string): Contract {
  const bought = [...eventsOf(events, "contract_sold"), ...eventsOf(events, "contract_resold")];
  const [only] = bought;
  assert(only !== undefined && bought.length === 1, "one contract is bought");
  return only.contract;
}
