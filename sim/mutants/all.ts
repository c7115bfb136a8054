import { ACCESS_MUTANTS } from "./access.ts";
import { AUCTION_MUTANTS } from "./auctions.ts";
import { JOURNAL_MUTANTS } from "./journal.ts";
import { MARKET_MUTANTS } from "./market.ts";
import { MONEY_MUTANTS } from "./money.ts";
import type { Mutant } from "./mutant.ts";
import { RECALL_MUTANTS } from "./recalls.ts";

export const MUTANTS: readonly Mutant[] = [
  ...MARKET_MUTANTS,
  ...AUCTION_MUTANTS,
  ...RECALL_MUTANTS,
  ...MONEY_MUTANTS,
  ...JOURNAL_MUTANTS,
  ...ACCESS_MUTANTS,
];
