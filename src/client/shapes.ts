import type { z } from "@hono/zod-openapi";
import type {
  bookResource,
  ladderResource,
  listingResource,
  offerResource,
  poolResource,
  quoteResource,
} from "../http/market-schemas.ts";

/** What the API answers from memory. What it answers from documents is in `views/resources.ts`. */
export type Pool = z.output<typeof poolResource>;
export type Ladder = z.output<typeof ladderResource>;
export type Book = z.output<typeof bookResource>;
export type Listing = z.output<typeof listingResource>;
export type Offer = z.output<typeof offerResource>;
export type Quote = z.output<typeof quoteResource>;

/** `GET /v1/me`. */
export interface Me {
  readonly account: string;
  readonly member: string;
  readonly role: string;
  readonly key: string;
  readonly scopes: readonly string[];
  readonly now: string;
}

export interface Balance {
  readonly account: string;
  readonly credit: string;
  readonly held: string;
  readonly earned: string;
  readonly spendable: string;
}

export interface LedgerEntryShown {
  readonly transaction: number;
  readonly leg: number;
  readonly at: string;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly subject: string;
}

export interface RecallPreview {
  readonly pool: string;
  readonly gpus: number;
  readonly cost: string;
  readonly takings: readonly {
    readonly contract: string;
    readonly holder: string;
    readonly notice: string;
    readonly fabric: string;
    readonly gpus: number;
    readonly due: string;
    readonly until: string;
  }[];
}

export interface Cancellation {
  readonly contract: string;
  readonly at: string;
  readonly gpu_hours_left: string;
  readonly fee: string;
  readonly tax: string;
  readonly refund: string;
}
