import { clearAuction } from "../src/auction/clear.ts";
import type { AuctionOutcome } from "../src/auction/outcome.ts";
import type { Random } from "../src/demo/random.ts";
import type { AuctionProblem } from "../src/exchange/auction-entrants.ts";
import { spoiled } from "../src/exchange/random-auctions.test-data.ts";
import type { SolveAuction } from "../src/service/auction-turn.ts";
import { rectangle } from "../src/schedule/schedule.ts";
import { gpus } from "../src/units.ts";
import { weighted, whole } from "./draw.ts";

/** Enough for the few orders of a simulated auction; how good an outcome is, is no concern of any invariant. */
const EFFORT = { priceRounds: 5, changes: 20, seed: 1 };

/**
 * Solves auctions as whoever has little time for them: at once, or when the market has moved on; sometimes wrongly, or
 * not at all.
 */
export class UnrulySolver {
  /** Every auction is solved at once, and rightly. */
  isCalm = false;
  readonly #random: Random;
  readonly #late: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  readonly solve: SolveAuction = async (problem) => {
    const outcome = outcomeOf(problem);
    if (this.isCalm) return outcome;
    const fate = weighted(this.#random, FATES);
    if (fate === "fails") throw new Error("an auction is not solved");
    if (fate === "blind") return outcomeOf(beyondWhatThereIs(problem));
    if (fate === "wrong") return spoiled(outcome, whole(this.#random, 0, 5));
    if (fate === "late") await new Promise<void>((resume) => this.#late.push(resume));
    return outcome;
  };

  /** Whatever takes its time is done. */
  finish(): void {
    for (const resume of this.#late.splice(0)) resume();
  }
}

const FATES = [
  [4, "prompt"],
  [3, "late"],
  [1, "blind"],
  [1, "wrong"],
  [1, "fails"],
] as const;

function outcomeOf({ sale, offers, orders }: AuctionProblem): AuctionOutcome {
  return clearAuction(sale.grid, offers, orders, EFFORT);
}

/** As if four lots were free in every slot of every fabric. */
function beyondWhatThereIs(problem: AuctionProblem): AuctionProblem {
  const { grid } = problem.sale;
  const free = rectangle(grid.window, gpus(grid.lot * 4));
  return { ...problem, offers: problem.offers.map((offer) => ({ ...offer, free })) };
}
