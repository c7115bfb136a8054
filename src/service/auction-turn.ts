/**
 * The life of auctions beside the clock: what is due is locked, and cleared with an outcome that is computed from the
 * durable state while the journal goes on. If the market has changed meanwhile the outcome is refused, and computed again;
 * an auction for which none is found is called off.
 */
import { clearAuction } from "../auction/clear.ts";
import type { AuctionOutcome } from "../auction/outcome.ts";
import { effortFor } from "../auction/solve.ts";
import type { AuctionProblem } from "../exchange/auction-entrants.ts";
import { auctionProblem } from "../exchange/auction-entrants.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { Journal } from "../journal/journal.ts";
import type { Desk, Receipt } from "../journal/turn.ts";

/** How an outcome is found: in this thread, or wherever there is more time for it. */
export type SolveAuction = (problem: AuctionProblem) => Promise<AuctionOutcome>;

const ATTEMPTS = 4;
/**
 * Nothing else happens in this thread meanwhile: changes times orders, so that a large auction takes a few seconds and is
 * left at nearly what its prices say, and a small one is searched as long as it deserves.
 */
const MOST_WORK_HERE = 8_000_000;

export const solveHere: SolveAuction = ({ sale, offers, orders }) => {
  const effort = effortFor(orders.length);
  const most = Math.floor(MOST_WORK_HERE / Math.max(1, orders.length));
  const changes = Math.min(effort.changes, most);
  return Promise.resolve(clearAuction(sale.grid, offers, orders, { ...effort, changes }));
};

/** What is not due is refused, which is no news. */
export function lockAuctions(desk: Desk): void {
  const { auctions, market } = desk.state;
  const due = [...auctions.running.values()].filter(({ sale, auction }) => {
    return auction.phase === "open" && market.now >= sale.locks;
  });
  for (const { sale } of due) desk.do({ type: "lock_auction", auction: sale.id, now: market.now });
}

export interface ClearingPorts {
  readonly journal: Journal;
  readonly solve: SolveAuction;
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

export class AuctionClearing {
  readonly #ports: ClearingPorts;
  readonly #busy = new Map<string, Promise<void>>();

  constructor(ports: ClearingPorts) {
    this.#ports = ports;
  }

  /** Begins to clear whatever is due, and does not wait for it. */
  begin(): void {
    for (const id of dueAuctions(this.#ports.journal.durable.state)) {
      if (this.#busy.has(id)) continue;
      const cleared = this.#clear(id).finally(() => this.#busy.delete(id));
      this.#busy.set(id, cleared);
    }
  }

  /** Once nothing that was begun is under way any more. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** What cannot be written now is tried again in a minute. */
  async #clear(auction: string): Promise<void> {
    try {
      if (await this.#attempt(auction)) return;
      this.#ports.warn("an auction is called off: no outcome of it was accepted", { auction });
      await this.#ports.journal.submit((desk) => desk.do({ type: "call_off_auction", auction }));
    } catch (fault) {
      if (this.#ports.journal.stopped !== null) return;
      this.#ports.warn("an auction cannot be cleared now", { auction, fault });
    }
  }

  /** @returns whether it is over */
  async #attempt(id: string): Promise<boolean> {
    const { journal, warn } = this.#ports;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const problem = auctionProblem(journal.durable.state, id);
      if (problem === null) return true;
      const outcome = await this.#solve(problem);
      if (outcome === null) continue;
      const { refusal } = await this.#submit(problem, outcome);
      if (refusal === null || refusal === "auction_unknown") return true;
      warn("the market has changed while an auction was solved", { auction: id, attempt, refusal });
    }
    return false;
  }

  async #solve(problem: AuctionProblem): Promise<AuctionOutcome | null> {
    try {
      return await this.#ports.solve(problem);
    } catch (fault) {
      this.#ports.warn("an auction cannot be solved", { auction: problem.sale.id, fault });
      return null;
    }
  }

  #submit({ sale, revision }: AuctionProblem, outcome: AuctionOutcome): Promise<Receipt> {
    const { journal } = this.#ports;
    return journal.submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "clear_auction", auction: sale.id, revision, outcome, now });
    });
  }
}

function dueAuctions({ auctions, market }: ExchangeState): string[] {
  const due = [...auctions.running.values()].filter(({ sale, auction }) => {
    return auction.phase === "locked" && market.now >= sale.clears;
  });
  return due.map(({ sale }) => sale.id);
}
