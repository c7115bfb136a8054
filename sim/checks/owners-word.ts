import type { ExchangeEvent } from "../../src/exchange/commands.ts";
import type { ExchangeState } from "../../src/exchange/state.ts";
import { poolOf } from "../../src/market/state.ts";
import type { Block } from "../../src/owner/state.ts";
import type { Ladder } from "../../src/surplus/ladder.ts";
import { demand } from "../violation.ts";

/** Whatever a forecast says, no ladder sells what the owner has said is not for sale. */
export class OwnersWord {
  readonly #blocks = new Map<string, Block>();
  readonly #selling = new Map<string, boolean>();

  hear(event: ExchangeEvent, state: ExchangeState): void {
    switch (event.type) {
      case "gpus_blocked":
        this.#blocks.set(event.block.id, event.block);
        return;
      case "gpus_unblocked":
        this.#blocks.delete(event.block);
        return;
      case "offering_set":
        this.#selling.set(event.offering.pool, event.offering.selling);
        return;
      case "ladder_published":
        return this.#check(event.pool, event.ladder, state);
      default:
    }
  }

  #check(pool: string, ladder: Ladder, { market }: ExchangeState): void {
    const blocks = [...this.#blocks.values()].filter((block) => block.pool === pool);
    const isSelling = this.#selling.get(pool) ?? true;
    const { policy, config } = poolOf(market, pool);
    const whole = config.fabrics.reduce((sum, fabric) => sum + fabric.gpus, 0);
    // Of what is blocked now it may sell what is there again afterwards.
    const { capacity } = ladder;
    demand(capacity <= whole, "no ladder is of more than the pool has");
    for (const { pieces } of ladder.rungs) {
      let start: number = ladder.at;
      for (const { until, safe, sellable } of pieces) {
        // A ladder that is published again still tells of time that has passed.
        const most = until > market.now ? Math.max(safe, sellable) : 0;
        demand(most <= Math.max(0, capacity - policy.reserve), "no ladder sells the reserve");
        demand(isSelling || most === 0, "nothing is for sale once the owner has stopped");
        for (const { window, gpus } of blocks) {
          if (window.start >= until || window.end <= start) continue;
          const kept = gpus ?? capacity;
          demand(most <= Math.max(0, capacity - kept), "what is blocked is not for sale");
        }
        start = until;
      }
    }
  }
}
