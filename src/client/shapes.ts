import type { z } from "@hono/zod-openapi";
import type { offeredShelf, shelfFiguresResource } from "../http/rental-schemas.ts";
import type { jobLogResource, jobResource } from "../http/job-schemas.ts";
import type { deliveryResource, endpointResource, newEndpoint } from "../http/webhook-view.ts";
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
export type OfferedShelf = z.output<typeof offeredShelf>;
export type ShelfFigures = z.output<typeof shelfFiguresResource>;
export type Webhook = z.output<typeof endpointResource>;
export type NewWebhook = z.output<typeof newEndpoint>;
export type WebhookDelivery = z.output<typeof deliveryResource>;
export type Job = z.output<typeof jobResource>;
export type JobLog = z.output<typeof jobLogResource>;

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
  readonly owed: string;
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

/** One request that was to change something. */
export interface AuditEntryShown {
  readonly number: number;
  readonly at: string;
  readonly account: string;
  readonly member: string;
  readonly key: string;
  readonly operation: string;
  readonly path: string;
  readonly address: string | null;
  readonly request_id: string;
  readonly outcome: string;
  readonly first_event: number | null;
  readonly last_event: number | null;
  readonly hash: string;
}

/** `GET /v1/terms`. */
export interface Terms {
  readonly version: string | null;
}
