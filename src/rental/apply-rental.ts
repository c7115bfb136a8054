import { addMoney, assert, gpuMs } from "../units.ts";
import type { Clearing, RentalEvent } from "./commands.ts";
import type { Rental, RentalState } from "./state.ts";

/** Carries an event out in place. It cannot fail: `decideRental` has seen to that. */
export function applyRental(state: RentalState, event: RentalEvent): void {
  switch (event.type) {
    case "rental_started":
      return state.rentals.set(event.rental.id, event.rental);
    case "rental_renewed": {
      const { contract, until, committed } = event;
      return change(state, event.rental, { contract, until, committed });
    }
    case "rental_ending":
      return change(state, event.rental, { ending: event.why });
    case "rental_ended":
      return state.rentals.delete(event.rental);
    case "bid_placed":
      return state.bids.set(event.bid.id, event.bid);
    case "bid_withdrawn":
      return state.bids.delete(event.bid);
    case "spot_cleared":
      return clear(state, event.clearing);
    case "shelf_opened":
      return state.shelves.set(event.shelf.id, event.shelf);
    case "shelf_closed":
      return state.shelves.delete(event.shelf);
    case "slice_rented":
      return sellSlice(state, event);
  }
}

function change(state: RentalState, id: string, to: Partial<Rental>): void {
  const before = state.rentals.get(id);
  assert(before !== undefined, `rental ${id} is not over`);
  state.rentals.set(id, { ...before, ...to });
}

function clear(state: RentalState, { pool, window, price, won }: Clearing): void {
  state.spot.set(pool, { pool, window, price });
  for (const { bid: id, contract } of won) {
    const bid = state.bids.get(id);
    assert(bid !== undefined, `bid ${id} stands`);
    state.bids.set(id, { ...bid, contract, until: window.end });
  }
}

function sellSlice(
  state: RentalState,
  { shelf: id, sold, income, fee }: Extract<RentalEvent, { type: "slice_rented" }>,
): void {
  const shelf = state.shelves.get(id);
  assert(shelf !== undefined, `shelf ${id} is open`);
  state.shelves.set(id, {
    ...shelf,
    sold: gpuMs(shelf.sold + sold),
    income: addMoney(shelf.income, income),
    fees: addMoney(shelf.fees, fee),
  });
}
