import { formatGpuHours, formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { Tellers } from "./tellers.ts";
import { ofThing, toldTo } from "./tellers.ts";

/** What is rented: on demand, by bid, or as a slice of a shelf. */
export const RENTALS = {
  rental_started: {
    tell: ({ rental: { id, account, contract: held, gpus, until } }) =>
      toldTo(account, "rental.started", {
        rental: id,
        contract: held,
        gpus,
        until: formatTime(until),
      }),
  },
  rental_ending: ofThing("rental", "rental.ending", (event) => {
    return { rental: event.rental, why: event.why, until: formatTime(event.until) };
  }),
  rental_ended: ofThing("rental", "rental.ended", (event) => {
    return { rental: event.rental, why: event.why, at: formatTime(event.at) };
  }),
  bid_placed: {
    tell: ({ bid: { id, account, pool, gpus } }) =>
      toldTo(account, "bid.placed", { bid: id, pool, gpus }),
  },
  bid_withdrawn: ofThing("bid", "bid.withdrawn", ({ bid }) => ({ bid })),
  spot_cleared: {
    about: ({ clearing: { won } }) => won.map(({ bid }) => ({ kind: "bid", id: bid })),
    tell: ({ clearing: { pool, window, price, won } }, of) => {
      const [start, end] = [formatTime(window.start), formatTime(window.end)];
      const paid = formatMoney(price);
      return [
        { account: null, type: "spot.cleared", data: { pool, start, end, price: paid } },
        ...won.flatMap(({ bid, contract: held }) =>
          toldTo(of.account("bid", bid), "bid.won", {
            bid,
            contract: held,
            start,
            end,
            price: paid,
          }),
        ),
      ];
    },
  },
  shelf_closed: ofThing("shelf", "shelf.closed", ({ shelf, why }) => ({ shelf, why })),
  slice_rented: ofThing("shelf", "slice.rented", ({ shelf, sold, income, fee }) => {
    const money = { income: formatMoney(income), fee: formatMoney(fee) };
    return { shelf, gpu_hours: formatGpuHours(sold), ...money };
  }),
} satisfies Tellers;
