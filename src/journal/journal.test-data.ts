import type { ExchangeCommand } from "../exchange/commands.ts";
import { accountOf } from "../exchange/trial.test-data.ts";
import type { Store } from "../ports.ts";
import { memoryStore } from "../store/memory.ts";
import { at } from "../recall/recall.test-data.ts";
import type { EpochMs } from "../units.ts";
import { assert, durationMs, microUsd } from "../units.ts";
import type { Requester } from "./audit.ts";
import type { JournalOptions } from "./journal.ts";
import { Journal } from "./journal.ts";
import type { Turn } from "./turn.ts";

/** A store of which calls can be made to fail, a clock that stands, and journals that share both. */
export class Bench {
  readonly store: Store;
  /** Milliseconds of the store's clock. */
  storeNow = 0;
  now: EpochMs = at(1);
  readonly waited: number[] = [];
  /** What becomes of the next commits, first to last; then they go well. */
  readonly commits: ("before" | "after")[] = [];
  #ids = 0;

  constructor() {
    const inner = memoryStore(() => this.storeNow);
    this.store = {
      ...inner,
      commit: async (lease, batch) => {
        const fault = this.commits.shift();
        if (fault === "before") throw new Error("lost on its way there");
        const outcome = await inner.commit(lease, batch);
        if (fault === "after") throw new Error("lost on its way back");
        return outcome;
      },
    };
  }

  async open(
    writer = "writer",
    store = this.store,
    options: Pick<JournalOptions, "snapshots"> = {},
  ): Promise<Journal> {
    const journal = await Journal.open(
      {
        store,
        clock: { now: () => this.now },
        ids: { next: (prefix) => `${prefix}_${(this.#ids += 1)}` },
        wait: async (duration) => void this.waited.push(duration),
      },
      { writer, ttl: durationMs(1_000), ...options },
    );
    assert(journal !== "held_by_another", "nobody else writes");
    return journal;
  }
}

export function doing(...commands: readonly ExchangeCommand[]): Turn {
  return (desk) => {
    for (const command of commands) {
      const refusal = desk.do(command);
      if (refusal !== null) return refusal;
    }
    return null;
  };
}

export function creating(id: string): ExchangeCommand {
  return { type: "create_account", account: accountOf(id) };
}

export function paying(account: string, reference: string): ExchangeCommand {
  return { type: "deposit", account, amount: microUsd(5n), means: "manual", reference };
}

export const FAILING: Turn = () => {
  throw new Error("a turn that throws");
};

export function keyOf(key: string, digest = `digest of ${key}`, account = "x") {
  return { account, key, digest };
}

export function byOf(requestId: string): Requester {
  const who = { account: "x", member: "mem_x", key: "key_x" };
  return { requestId, ...who, operation: "test", path: "/v1/test", address: "192.0.2.1" };
}
