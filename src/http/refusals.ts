import type { TurnRefusal } from "../journal/turn.ts";
import { ApiError } from "./api-error.ts";

/** What each refusal means and what to do about it. */
const SENTENCES: Partial<Record<TurnRefusal | "idempotency_key_reused", string>> = {
  idempotency_key_reused:
    "This Idempotency-Key was used for another request. Use a fresh key for a new request, and the same one only to repeat the same.",
  sku_unknown: "Nobody sells this SKU here. GET /v1/pools lists what there is.",
  gpus_not_positive: "GPUs are a positive number.",
  gpus_not_whole_lots: "GPUs are sold in whole lots: a multiple of the pool's lot_gpus.",
  time_not_minute_aligned: "Starts, ends and durations are whole minutes.",
  start_range_reversed: "The latest start lies before the earliest.",
  start_in_the_past: "The latest start is over.",
  start_passed: "Every start in the order's range is over.",
  duration_not_positive: "A duration is longer than nothing.",
  duration_range_reversed: "The longest duration is shorter than the shortest.",
  order_too_large: "The order is larger than can be counted exactly.",
  limit_not_positive: "A price is more than nothing.",
  expiry_missing: "A standing order says when it leaves the book: give expires.",
  expiry_not_allowed: "An immediate order fills at once or not at all: leave expires out.",
  expiry_in_the_past: "The order would expire at once.",
  no_supply: "Nothing is for sale in the order's windows.",
  no_supply_at_this_price:
    "There are GPUs, at a higher price than the limit. POST /v1/quotes shows what would fill.",
  no_supply_at_this_notice: "There are GPUs, at a shorter notice of recall than the order accepts.",
  not_enough_gpus: "There are fewer GPUs than asked for: order fewer, or accept a partial fill.",
  not_enough_in_one_fabric:
    "The GPUs are there, but not in one fabric: order fewer, or accept any fabric.",
  insufficient_credit:
    "The credit does not cover the highest cost of this, with tax: pay in, or order less.",
  gpu_limit_reached: "The account may not hold and have on order so many GPUs at one time.",
  account_closed: "The account is closed: what it holds runs its course.",
  terms_not_accepted: "The owner's terms must be accepted first: POST /v1/terms/acceptance.",
  sku_not_allowed: "The owner does not sell this SKU to this account.",
  notice_too_short: "A contract gets its whole notice: choose a later time, or call it a breach.",
  contract_holds_less: "The contract does not hold so many GPUs through that time.",
  not_enough_recallable:
    "Fewer GPUs can be taken back by then under the contracts' notices: choose a later time.",
  cost_has_risen: "The recall would now cost more than most_cost: look at the preview again.",
  room_was_sold: "The GPUs that the recall freed have been sold again.",
  recall_already_due: "The recall has been handed over.",
  reference_repeated: "This payment is booked already.",
  credit_below_floor: "The account owes more than these terms allow.",
  last_admin: "Someone must be able to administer the account.",
  role_not_allowed: "The owner's roles are for the owner's account, the buyers' for buyers.",
  scope_not_allowed: "A key can do no more than its member.",
};

/** Refusals that mean that what is named is not there. */
function isUnknown(refusal: string): boolean {
  return refusal.endsWith("_unknown") && refusal !== "sku_unknown";
}

export function refusalError(refusal: TurnRefusal | "idempotency_key_reused"): ApiError {
  const sentence = SENTENCES[refusal] ?? `Refused: ${refusal.replaceAll("_", " ")}.`;
  return new ApiError(isUnknown(refusal) ? "not_found" : "refused", refusal, sentence);
}
