import type { Account } from "../accounts/account.ts";
import { receivableFrom } from "../ledger/chart.ts";
import { findContract } from "../market/state.ts";
import type { Order } from "../market/order.ts";
import { feesOf } from "../owner/state.ts";
import type { Customers, RentalCommand } from "../rental/commands.ts";
import { bidOrder, decideRental } from "../rental/decide-rental.ts";
import { rentalOrder } from "../rental/rented.ts";
import { leftOf, sliceOrder } from "../rental/shelf.ts";
import type { ShelfFigures } from "../rental/shelf-figures.ts";
import { shelfFigures } from "../rental/shelf-figures.ts";
import { firstOrder } from "../rental/start-rental.ts";
import type { Shelf } from "../rental/state.ts";
import { addGpus, gpuMs, MINUTE_MS, NO_GPUS, notice } from "../units.ts";
import type { ExchangeDecision } from "./commands.ts";
import { accountOf, claimed } from "./decide-trade.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type OpenShelf = Extract<RentalCommand, { type: "open_shelf" }>["shelf"];

/** Whether the customer may, then whether it can be had, then whether it can be paid for. */
export function decideRentals(state: ExchangeState, command: RentalCommand): ExchangeDecision {
  const order = orderIn(state, command);
  const account = order && accountOf(state, order);
  if (typeof account === "string") return { refusal: account };
  const settlement = new Settlement(state);
  const { market, rental, owner } = state;
  const customers = customersOf(state, settlement);
  const decision = decideRental(
    { market, rental, customers, resaleFee: feesOf(owner).resale },
    command,
  );
  if ("refusal" in decision) return decision;
  if (account !== null && settlement.overdraws(account)) return { refusal: "insufficient_credit" };
  const money = settlement.settled();
  return { events: [...decision.events, ...(money === null ? [] : [money])] };
}

/** As which order the customer's rights are checked; null: it buys nothing, or what cannot be found. */
function orderIn(state: ExchangeState, command: RentalCommand): Order | null {
  const { market, rental } = state;
  switch (command.type) {
    case "start_rental":
      return firstOrder(command.rental, command.now);
    case "place_bid":
      return bidOrder(market, command.bid, command.now);
    case "rent_slice": {
      const shelf = rental.shelves.get(command.shelf);
      const from = shelf && findContract(market, shelf.contract)?.contract;
      return from === undefined ? null : sliceOrder(market, from, command.slice, command.now);
    }
    case "open_shelf":
      return shelfOrder(state, command.shelf);
    default:
      return null;
  }
}

/** Whoever may put a contract up for resale may put it on a shelf. */
function shelfOrder({ market }: ExchangeState, { account, contract, price }: OpenShelf): Order {
  const start = market.now;
  const what = { id: contract, account, sku: "", gpus: NO_GPUS, limit: price } as const;
  const how = { fabric: "any", noticeAtLeast: notice(0), start, duration: MINUTE_MS } as const;
  return { ...rentalOrder({ ...what, ...how }), side: "sell", contract };
}

function customersOf(state: ExchangeState, settlement: Settlement): Customers {
  const known = (id: string): Account | undefined => state.accounts.accounts.get(id);
  return {
    isActive: (id) => known(id)?.status === "active",
    mayHold: (id, gpus, window) => {
      const most = known(id)?.maxGpus ?? null;
      return most === null || addGpus(gpus, claimed(state, id, window, null)) <= most;
    },
    affords: (id, price, amount) => {
      const account = known(id);
      // Who owes what a provider took back rents no longer.
      const owes = state.ledger.balance(receivableFrom(id)) > 0n;
      return account !== undefined && !owes && settlement.affords(account, price, amount);
    },
    pays: ({ id, price }) => state.deals.get(id)?.links.at(-1)?.price ?? price,
    hear: (event) => settlement.hear(event),
  };
}

/** What a shelf has come to, and the price at which the rest of it breaks even. */
export function figuresOf(state: ExchangeState, shelf: Shelf): ShelfFigures {
  const contract = findContract(state.market, shelf.contract)?.contract;
  const rest = contract === undefined ? gpuMs(0) : leftOf(contract, state.market.now);
  const { whole, sold, income, fees } = shelf;
  const feeRate = feesOf(state.owner).resale;
  return shelfFigures({ whole, sold, rest, costPrice: shelf.costPrice, income, fees, feeRate });
}
