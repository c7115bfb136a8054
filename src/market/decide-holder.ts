import { heldOver, lastPlaces } from "../contracts/contract.ts";
import type { Contract } from "../contracts/contract.ts";
import type { Window } from "../units.ts";
import { addGpus, elapsed, NO_GPUS } from "../units.ts";
import { nextMinute } from "./candidates.ts";
import type { Decision, MarketCommand } from "./commands.ts";
import { refuse } from "./commands.ts";
import { refusalOf } from "./decide-order.ts";
import { fillEvents } from "./fill-events.ts";
import { matchPlaces } from "./match-places.ts";
import type { Order } from "./order.ts";
import type { MarketState } from "./state.ts";
import { findContract, poolOf, supplyFor } from "./state.ts";

type Cancel = Extract<MarketCommand, { type: "cancel_contract" }>;
type Extend = Extract<MarketCommand, { type: "extend_contract" }>;

/** The holder gives up all that is left of a contract, from the next minute on. */
export function decideCancellation(state: MarketState, command: Cancel): Decision {
  const contract = heldBy(state, command.contract, command.account);
  if (contract === null) return refuse("contract_unknown");
  if (isListed(state, contract)) return refuse("contract_listed");
  if (isBeingRecalled(state, contract)) return refuse("recall_pending");
  const at = nextMinute(command.now);
  const { id, pool, window } = contract;
  const isOver = at >= window.end || heldOver(contract, { start: at, end: window.end }) === 0;
  if (isOver) return refuse("nothing_left");
  return { events: [{ type: "contract_cancelled", pool, contract: id, at }] };
}

/** The holder buys the time after a contract's end for the GPUs that it has then, where they are. */
export function decideExtension(state: MarketState, command: Extend): Decision {
  const contract = heldBy(state, command.contract, command.account);
  if (contract === null) return refuse("contract_unknown");
  const places = lastPlaces(contract);
  if (places.length === 0) return refuse("nothing_left");
  const order = followingOrder(state, contract, command);
  const refusal = refusalOf(state, order, command.now);
  if (refusal !== null) return refuse(refusal);
  const window: Window = { start: contract.window.end, end: command.until };
  const match = matchPlaces(order, places, window, supplyFor(state, order.sku, order.account));
  return typeof match === "string" ? refuse(match) : { events: fillEvents(state, order, match) };
}

/** What an extension asks for, as an order: all or none, and a block if the contract is one. */
export function followingOrder(
  state: MarketState,
  contract: Contract,
  { order: id, account, until, limit }: Omit<Extend, "type" | "contract" | "now">,
): Order {
  const { end } = contract.window;
  const duration = elapsed(end, until);
  const gpus = lastPlaces(contract).reduce((sum, place) => addGpus(sum, place.gpus), NO_GPUS);
  return {
    id,
    account,
    side: "buy",
    sku: poolOf(state, contract.pool).config.sku,
    gpus,
    start: { earliest: end, latest: end },
    duration: { min: duration, max: duration },
    limit,
    noticeAtLeast: contract.promise.notice,
    fabric: contract.block ? "one" : "any",
    fill: "all-or-none",
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
}

/** The contract, if it lives and the account holds it. */
export function heldBy(state: MarketState, id: string, account: string): Contract | null {
  const contract = findContract(state, id)?.contract;
  return contract?.holder === account ? contract : null;
}

/** Whether its holder offers a part of it in the book. */
export function isListed(state: MarketState, { id, holder }: Contract): boolean {
  const own = state.listingsOf.get(holder) ?? [];
  return [...own].some(({ source }) => source.kind === "listing" && source.contract === id);
}

/** Who is being recalled is paid for it at the hand-over, and may cancel what is left then. */
function isBeingRecalled(state: MarketState, { id }: Contract): boolean {
  return [...state.recalls.values()].some(({ cuts }) => cuts.some((cut) => cut.contract === id));
}
