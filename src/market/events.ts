import type { Contract } from "../contracts/contract.ts";
import type { Policy } from "../policy/policy.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { ChanceBasis } from "../surplus/recall-chance.ts";
import type { EpochMs, GpuMs, Gpus, MicroUsd, MicroUsdPerGpuHour } from "../units.ts";
import type { Order } from "./order.ts";
import type { Cut, OwnerReading, PoolConfig, Recall } from "./state.ts";

/** All that can happen in the market. Replaying the events gives the same state: nothing is recomputed. */
export type MarketEvent =
  | { readonly type: "pool_opened"; readonly pool: PoolConfig; readonly policy: Policy }
  | { readonly type: "policy_changed"; readonly pool: string; readonly policy: Policy }
  | { readonly type: "owner_read"; readonly pool: string; readonly reading: OwnerReading }
  | { readonly type: "ladder_published"; readonly pool: string; readonly ladder: Ladder }
  | { readonly type: "order_rested"; readonly order: Order }
  | { readonly type: "order_reduced"; readonly order: Order }
  | {
      readonly type: "order_left";
      readonly order: string;
      readonly why: "filled" | "cancelled" | "expired";
    }
  | {
      readonly type: "contract_sold";
      readonly order: string;
      readonly contract: Contract;
      /** Null: its outcome says nothing about recalls, for it is rented and ends by itself. */
      readonly basis: ChanceBasis | null;
    }
  /** A rented contract goes on with all its GPUs, in the same fabrics at the same price, from its end until `until`. */
  | {
      readonly type: "contract_extended";
      readonly pool: string;
      readonly contract: string;
      readonly until: EpochMs;
      readonly gpus: Gpus;
    }
  | {
      readonly type: "contract_resold";
      readonly order: string;
      readonly listing: string;
      readonly from: string;
      /** What the buyer pays the seller; the contract keeps the price that the owner is paid. */
      readonly price: MicroUsdPerGpuHour;
      readonly contract: Contract;
    }
  | { readonly type: "recall_noticed"; readonly recall: Recall }
  | { readonly type: "recall_withdrawn"; readonly recall: string; readonly at: EpochMs }
  /** Without the cuts of contracts that an outage has ended before: those have nothing to hand over, nor to be paid for. */
  | { readonly type: "recall_handed_over"; readonly recall: Recall }
  | {
      readonly type: "contract_breached";
      readonly pool: string;
      /** When the GPUs are taken. */
      readonly at: EpochMs;
      readonly cut: Cut;
      /** Promised and not delivered: from the taking to the earlier of the end and the taking + notice. */
      readonly broken: GpuMs;
    }
  | { readonly type: "pool_interrupted"; readonly pool: string; readonly at: EpochMs }
  | {
      readonly type: "contract_interrupted";
      readonly pool: string;
      readonly contract: string;
      readonly at: EpochMs;
    }
  /** By its holder: what it held from `at` on is the pool's again. Like an outage, it says nothing about recalls. */
  | {
      readonly type: "contract_cancelled";
      readonly pool: string;
      readonly contract: string;
      readonly at: EpochMs;
    }
  | {
      readonly type: "contract_ended";
      readonly pool: string;
      readonly contract: string;
      readonly at: EpochMs;
      readonly delivered: GpuMs;
      readonly revenue: MicroUsd;
      /** GPUs that were lawfully recalled before the end, each counted once. */
      readonly recalled: Gpus;
    }
  | { readonly type: "time_advanced"; readonly now: EpochMs };
