import type { CreditNoteJson, InvoiceJson } from "../paper/invoice-shape.ts";
import type { BidLoss } from "../rental/commands.ts";
import type { RentalEnd } from "../rental/state.ts";

/**
 * The things that the API shows, in its own words: money as decimal strings of dollars, times in ISO 8601, durations and
 * notices as in a policy (`24h`, `15m`, `firm`), shares as numbers. One type of document each.
 */

export interface OrderResource {
  readonly id: string;
  readonly account: string;
  readonly side: "buy" | "sell";
  readonly sku: string;
  readonly gpus: number;
  readonly filled_gpus: number;
  readonly start: { readonly earliest: string; readonly latest: string };
  readonly duration: { readonly min: string; readonly max: string };
  readonly limit_price: string;
  readonly notice_at_least: string;
  readonly fabric: "one" | "any";
  readonly fill: "all-or-none" | "partial";
  readonly lifetime: "immediate" | "standing";
  readonly expires: string | null;
  /** Of a sell order: the contract of which a part is up for resale. */
  readonly contract: string | null;
  readonly replaces: string | null;
  readonly status: "open" | "filled" | "cancelled" | "expired";
  readonly contracts: readonly string[];
  readonly placed: string;
}

export interface ContractResource {
  readonly id: string;
  readonly account: string;
  readonly order: string;
  readonly pool: string;
  readonly sku: string;
  readonly start: string;
  readonly end: string;
  readonly gpus: number;
  /** Of a GPU-hour, as this holder pays it. */
  readonly price: string;
  readonly notice: string;
  readonly minimum_run: string;
  readonly compensation: { readonly recall: number; readonly breach: number };
  readonly stated_recall_chance: number;
  readonly fabrics: readonly { readonly fabric: string; readonly gpus: number }[];
  /** The contract that this one is a part of, bought from its holder. */
  readonly resold_from: string | null;
  /** The contract under which the same GPUs go on after its end. */
  readonly followed_by: string | null;
  /** From when on its holder gave it up. */
  readonly given_up_from: string | null;
  /** Where the holder's checkpoints live, across recalls. */
  readonly checkpoint: string | null;
  readonly status: "active" | "ended" | "interrupted" | "cancelled";
  /** What was taken out of it: recalled, breached, or sold on. */
  readonly cuts: readonly CutResource[];
  /** Where its cluster names them; those that it had are among them. */
  readonly nodes: readonly NodeResource[];
  readonly delivered_gpu_milliseconds: number;
  readonly delivered_gpu_hours: string;
  readonly metered_until: string;
  readonly billed: string;
}

export interface NodeResource {
  readonly node: string;
  readonly fabric: string;
  readonly gpus: number;
  readonly from: string;
  readonly until: string;
}

export interface CutResource {
  readonly kind: "recall" | "breach" | "resale";
  /** The recall, or the contract that the part became; null for a breach. */
  readonly by: string | null;
  readonly fabric: string | null;
  readonly gpus: number;
  readonly from: string;
  readonly until: string;
  /** Compensation or credit. */
  readonly owed: string;
  readonly status: "noticed" | "withdrawn" | "done";
}

export interface RecallResource {
  readonly id: string;
  readonly pool: string;
  readonly noticed: string;
  readonly due: string;
  readonly reason: "surprise" | "precaution" | "owner";
  readonly status: "noticed" | "withdrawn" | "handed_over";
  readonly gpus: number;
  readonly cost: string;
  readonly cuts: readonly {
    readonly contract: string;
    readonly holder: string;
    readonly notice: string;
    readonly fabric: string;
    readonly gpus: number;
    readonly until: string;
    readonly owed: string;
  }[];
}

/** What the holder of one contract is told of a recall; by a drill nothing is taken. */
export interface NoticeResource {
  readonly id: string;
  readonly account: string;
  readonly recall: string;
  readonly contract: string;
  readonly noticed: string;
  readonly due: string;
  readonly gpus: number;
  readonly compensation: string;
  readonly drill: boolean;
  readonly status: "noticed" | "withdrawn" | "handed_over";
}

/** A holder's word that what was promised was not there, and the owner's answer to it. */
export interface BreachClaimResource {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  readonly from: string;
  readonly until: string;
  readonly gpus: number;
  readonly note: string;
  readonly claimed: string;
  readonly status: "open" | "accepted" | "declined";
  readonly decided: string | null;
  readonly credit: string;
  readonly reason: string | null;
}

/** Delivered of one contract on one day (UTC). */
export interface UsageResource {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  readonly day: string;
  readonly gpu_milliseconds: number;
  readonly gpu_hours: string;
  readonly amount: string;
  readonly tax: string;
}

/** A sale as everyone may see it. */
export interface FillResource {
  readonly id: string;
  readonly at: string;
  readonly sku: string;
  readonly gpus: number;
  readonly start: string;
  readonly end: string;
  readonly price: string;
  readonly notice: string;
  readonly resale: boolean;
}

export interface AccountResource {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: "active" | "closed";
  readonly payment: { readonly kind: "prepaid" | "postpaid"; readonly limit: string };
  readonly tax_rate: number;
  readonly max_gpus: number | null;
  readonly skus: readonly string[] | null;
  readonly accepted_terms: { readonly version: string; readonly at: string } | null;
  readonly created: string;
}

export interface MemberResource {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly status: "active" | "removed";
}

export interface KeyResource {
  readonly id: string;
  readonly account: string;
  readonly member: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly created: string;
  readonly expires: string | null;
  readonly revoked: string | null;
}

export interface RunResource {
  readonly id: string;
  readonly pool: string;
  readonly name: string;
  readonly declared: string;
  readonly start: string;
  readonly duration: string;
  readonly gpus: number;
  readonly status: "declared" | "withdrawn";
}

export interface BlockResource {
  readonly id: string;
  readonly pool: string;
  readonly kind: "blackout" | "maintenance" | "failure";
  readonly start: string;
  readonly end: string;
  readonly gpus: number | null;
  readonly note: string;
  readonly status: "set" | "lifted";
}

/** Money that came in, went out or was given. */
export interface PaymentResource {
  readonly id: string;
  readonly account: string;
  readonly kind: "deposit" | "payout" | "reversal" | "goodwill" | "correction" | "breach_credit";
  readonly means: string | null;
  readonly amount: string;
  readonly at: string;
}

/** GPUs by the minute, until stopped. */
export interface RentalResource {
  readonly id: string;
  readonly account: string;
  readonly sku: string;
  readonly pool: string;
  readonly notice: string;
  readonly gpus: number;
  readonly fabric: "one" | "any";
  readonly max_price: string;
  readonly budget: string | null;
  /** Without tax. */
  readonly committed: string;
  readonly started: string;
  readonly until: string;
  readonly contracts: readonly string[];
  readonly status: "running" | "ending" | "ended";
  readonly why: RentalEnd | null;
}

/** A standing bid for a pool's spot capacity. */
export interface BidResource {
  readonly id: string;
  readonly account: string;
  readonly pool: string;
  readonly gpus: number;
  readonly limit_price: string;
  readonly placed: string;
  readonly status: "standing" | "withdrawn";
  /** Of the last interval that it won, and when that ends. */
  readonly contract: string | null;
  readonly until: string | null;
  /** Why it did not win the last interval; null: it did, or there was none yet. */
  readonly lost: BidLoss | null;
}

/** One interval of a pool's spot market, as everyone may see it. */
export interface SpotPriceResource {
  readonly id: string;
  readonly pool: string;
  readonly start: string;
  readonly end: string;
  readonly price: string;
  readonly reserve: string;
  readonly room_gpus: number;
  readonly winners: number;
}

/** A wholesale contract of which slices are rented. */
export interface ShelfResource {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  readonly price: string;
  readonly shortest_duration: string;
  readonly longest_duration: string;
  readonly least_gpus: number;
  readonly cost_price: string;
  readonly gpu_milliseconds: number;
  readonly gpu_hours: string;
  readonly sold_gpu_milliseconds: number;
  readonly sold_gpu_hours: string;
  readonly income: string;
  readonly fees: string;
  readonly status: "open" | "closed" | "over";
}

/** A call auction, as everyone may see it: nothing of its orders before it is cleared, and no names then. */
export interface AuctionResource {
  readonly id: string;
  readonly sku: string;
  readonly pools: readonly string[];
  readonly notice: string;
  readonly start: string;
  readonly end: string;
  readonly slot: string;
  readonly lot_gpus: number;
  readonly longest_duration: string;
  readonly opened: string;
  readonly locks: string;
  readonly clears: string;
  readonly status: "open" | "locked" | "cleared" | "called_off";
  /** Null until it is cleared. */
  readonly outcome: {
    readonly filled_orders: number;
    readonly filled_gpu_hours: string;
    /** What the fills are worth to their buyers above the reserve, and what no set of fills could be worth more than. */
    readonly worth: string;
    readonly bound: string;
    readonly prices: readonly {
      readonly pool: string;
      readonly fabric: string;
      readonly steps: readonly { readonly from: string; readonly price: string }[];
    }[];
  } | null;
}

/** A block that is wanted of an auction. */
export interface AuctionOrderResource {
  readonly id: string;
  readonly account: string;
  readonly auction: string;
  readonly gpus: number;
  readonly filled_gpus: number;
  readonly start: { readonly earliest: string; readonly latest: string };
  readonly duration: string;
  readonly limit_price: string;
  readonly fabric: "one" | "any";
  readonly fill: "all-or-none" | "partial";
  readonly placed: string;
  readonly status: "open" | "cancelled" | "filled" | "unfilled" | "called_off";
  readonly contracts: readonly string[];
}

/** An invoice as it was issued, and whether it is paid. */
export interface InvoiceResource {
  readonly id: string;
  readonly account: string;
  readonly status: "issued" | "paid" | "void";
  /** Still to be paid. */
  readonly due: string;
  readonly invoice: InvoiceJson;
}

export interface CreditNoteResource {
  readonly id: string;
  readonly account: string;
  readonly credit_note: CreditNoteJson;
}

/** Which resource a document of a kind holds. */
export interface Resources {
  readonly order: OrderResource;
  readonly contract: ContractResource;
  readonly recall: RecallResource;
  readonly notice: NoticeResource;
  readonly breach_claim: BreachClaimResource;
  readonly usage: UsageResource;
  readonly fill: FillResource;
  readonly account: AccountResource;
  readonly member: MemberResource;
  readonly api_key: KeyResource;
  readonly run: RunResource;
  readonly block: BlockResource;
  readonly payment: PaymentResource;
  readonly invoice: InvoiceResource;
  readonly credit_note: CreditNoteResource;
  readonly rental: RentalResource;
  readonly bid: BidResource;
  readonly spot_price: SpotPriceResource;
  readonly shelf: ShelfResource;
  readonly auction: AuctionResource;
  readonly auction_order: AuctionOrderResource;
}

export type ResourceKind = keyof Resources;
