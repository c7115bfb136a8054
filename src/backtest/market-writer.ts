import { apply } from "../market/apply.ts";
import type { MarketCommand, MarketRefusal } from "../market/commands.ts";
import { decide } from "../market/decide.ts";
import type { MarketEvent } from "../market/events.ts";
import type { MarketState } from "../market/state.ts";
import { emptyMarket } from "../market/state.ts";
import type { EpochMs } from "../units.ts";
import { assert } from "../units.ts";

/** The one writer of a market: decides, applies, and tells who listens. */
export class MarketWriter {
  readonly state: MarketState;
  readonly #listen: (event: MarketEvent) => void;

  /** @param listen told of each event before it is applied */
  constructor(now: EpochMs, listen: (event: MarketEvent) => void) {
    this.state = emptyMarket(now);
    this.#listen = listen;
  }

  /** @returns the refusal, or null once the command's events stand in the state */
  do(command: MarketCommand): MarketRefusal | null {
    const decision = decide(this.state, command);
    if ("refusal" in decision) return decision.refusal;
    for (const event of decision.events) {
      this.#listen(event);
      apply(this.state, event);
    }
    return null;
  }

  /** A command that cannot be refused. */
  must(command: MarketCommand): void {
    const refusal = this.do(command);
    assert(refusal === null, `${command.type} is never refused here (${refusal})`);
  }
}
