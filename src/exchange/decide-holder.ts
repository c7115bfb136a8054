import { cancelDeal } from "../billing/cancel.ts";
import { lastPlaces } from "../contracts/contract.ts";
import { nextMinute } from "../market/candidates.ts";
import type { MarketCommand } from "../market/commands.ts";
import { followingOrder, heldBy } from "../market/decide-holder.ts";
import { decide as decideMarket } from "../market/decide.ts";
import { shelfOf } from "../rental/shelf.ts";
import { rentedAs } from "../rental/state.ts";
import type { EpochMs, GpuMs, MicroUsd } from "../units.ts";
import { addMoney, assert, subMoney } from "../units.ts";
import type { ExchangeDecision, ExchangeEvent, ExchangeRefusal } from "./commands.ts";
import { accountOf, paidFor } from "./decide-trade.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type Cancel = Extract<MarketCommand, { type: "cancel_contract" }>;
type Extend = Extract<MarketCommand, { type: "extend_contract" }>;

/** What a cancellation would come to now. */
export interface CancellationQuote {
  /** From when on the GPUs are given up. */
  readonly at: EpochMs;
  readonly left: GpuMs;
  readonly fee: MicroUsd;
  readonly tax: MicroUsd;
  /** What is held for what is left and comes back, so that it may be spent again. */
  readonly refund: MicroUsd;
}

/** The holder gives a contract up for a share of the price of what is left. */
export function decideCancellation(state: ExchangeState, command: Cancel): ExchangeDecision {
  const refusal = whyNotCancelled(state, command);
  if (refusal !== null) return { refusal };
  const decision = decideMarket(state.market, command);
  assert("events" in decision, "a cancellation is asked for once");
  const settlement = new Settlement(state);
  for (const event of decision.events) settlement.hear(event);
  const money = settlement.settled();
  return { events: [...decision.events, ...(money === null ? [] : [money])] };
}

/** The same refusals, or what {@link decideCancellation} would pay now. */
export function cancellationQuote(
  state: ExchangeState,
  asked: Omit<Cancel, "type">,
): CancellationQuote | ExchangeRefusal {
  const refusal = whyNotCancelled(state, { ...asked, type: "cancel_contract" });
  if (refusal !== null) return refusal;
  const deal = state.deals.get(asked.contract);
  assert(deal !== undefined, "a contract that holds something has a deal");
  const at = nextMinute(asked.now);
  const { deal: rest, left, payment } = cancelDeal(deal, at);
  const { amount: fee, tax, link } = payment;
  const free = subMoney(link.held, rest.links[0].held);
  return { at, left, fee, tax, refund: subMoney(free, addMoney(fee, tax)) };
}

function whyNotCancelled(state: ExchangeState, command: Cancel): ExchangeRefusal | null {
  if (isRented(state, command)) return "contract_rented";
  const decision = decideMarket(state.market, command);
  if ("refusal" in decision) return decision.refusal;
  if (shelfOf(state.rental, command.contract) !== null) return "contract_on_shelf";
  const links = state.deals.get(command.contract)?.links.length ?? 1;
  return links > 1 ? "bought_from_holder" : null;
}

function isRented({ rental }: ExchangeState, { contract, account }: Cancel | Extend): boolean {
  return rentedAs(rental, contract)?.account === account;
}

/** As a trade is decided; what it brings is linked to the contract that it follows. */
export function decideExtension(state: ExchangeState, command: Extend): ExchangeDecision {
  const contract = heldBy(state.market, command.contract, command.account);
  if (contract === null) return { refusal: "contract_unknown" };
  if (isRented(state, command)) return { refusal: "contract_rented" };
  if (lastPlaces(contract).length === 0) return { refusal: "nothing_left" };
  const order = followingOrder(state.market, contract, command);
  const account = accountOf(state, order);
  if (typeof account === "string") return { refusal: account };
  const decision = decideMarket(state.market, command);
  if ("refusal" in decision) return decision;
  const followed = decision.events.flatMap((event): ExchangeEvent[] => {
    if (event.type !== "contract_sold" && event.type !== "contract_resold") return [];
    return [{ type: "contract_followed", contract: contract.id, by: event.contract.id }];
  });
  const placed = { type: "order_placed", order, replaces: null } as const;
  return paidFor(state, account, [placed, ...followed], decision.events);
}
