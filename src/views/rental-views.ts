import type { Recorded } from "../exchange/recorded.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import type { Clearing } from "../rental/commands.ts";
import type { Rental, Shelf as Shop, SpotBid } from "../rental/state.ts";
import { addMoney, gpuMs, NO_MONEY } from "../units.ts";
import { formatGpuHours, formatMoney, parseMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { BidResource, RentalResource, ShelfResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** What is rented: on demand, by bid, or as a slice of a shelf. */
export function hearRental(shelf: Shelf, recorded: Recorded): void {
  const { sequence, event } = recorded;
  switch (event.type) {
    case "rental_started": {
      const { rental } = event;
      return shelf.put("rental", rental.id, rental.account, sequence, rentalResource(rental));
    }
    case "bid_placed":
      return shelf.put("bid", event.bid.id, event.bid.account, sequence, bidResource(event.bid));
    case "bid_withdrawn":
      shelf.change("bid", event.bid, (body) => ({ ...body, status: "withdrawn" }));
      return shelf.finish("bid", event.bid);
    case "spot_cleared":
      return cleared(shelf, recorded, event.clearing);
    case "shelf_opened":
      return shelf.put(
        "shelf",
        event.shelf.id,
        event.shelf.account,
        sequence,
        shelfResource(event.shelf),
      );
    case "shelf_closed":
      shelf.change("shelf", event.shelf, (body) => ({ ...body, status: event.why }));
      return shelf.finish("shelf", event.shelf);
    default:
      return goneOn(shelf, recorded);
  }
}

/** What becomes of a rental, and of a shelf. */
function goneOn(shelf: Shelf, { event }: Recorded): void {
  switch (event.type) {
    case "rental_renewed": {
      const { contract, until } = event;
      const changed = { until: formatTime(until), committed: formatMoney(event.committed) };
      return shelf.change("rental", event.rental, (body) => ({
        ...body,
        ...changed,
        contracts: body.contracts.includes(contract)
          ? body.contracts
          : [...body.contracts, contract],
      }));
    }
    case "rental_ending": {
      const { why } = event;
      const until = formatTime(event.until);
      return shelf.change("rental", event.rental, (body) => {
        return { ...body, status: "ending", why, until };
      });
    }
    case "rental_ended": {
      const { why } = event;
      const until = formatTime(event.at);
      shelf.change("rental", event.rental, (body) => ({ ...body, status: "ended", why, until }));
      return shelf.finish("rental", event.rental);
    }
    case "slice_rented": {
      const { sold, income, fee } = event;
      return shelf.change("shelf", event.shelf, (body) => ({
        ...body,
        sold_gpu_milliseconds: body.sold_gpu_milliseconds + sold,
        sold_gpu_hours: formatGpuHours(gpuMs(body.sold_gpu_milliseconds + sold)),
        income: formatMoney(addMoney(parseMoney(body.income) ?? NO_MONEY, income)),
        fees: formatMoney(addMoney(parseMoney(body.fees) ?? NO_MONEY, fee)),
      }));
    }
    default:
  }
}

function rentalResource(rental: Rental): RentalResource {
  const { id, account, sku, pool, notice, gpus, fabric, maxPrice, budget } = rental;
  return {
    id,
    account,
    sku,
    pool,
    notice: formatNotice(notice),
    gpus,
    fabric,
    max_price: formatMoney(maxPrice),
    budget: budget === null ? null : formatMoney(budget),
    committed: formatMoney(rental.committed),
    started: formatTime(rental.started),
    until: formatTime(rental.until),
    contracts: [rental.contract],
    status: "running",
    why: null,
  };
}

function bidResource({ id, account, pool, gpus, limit, placed }: SpotBid): BidResource {
  return {
    id,
    account,
    pool,
    gpus,
    limit_price: formatMoney(limit),
    placed: formatTime(placed),
    status: "standing",
    contract: null,
    until: null,
    lost: null,
  };
}

function cleared(shelf: Shelf, { sequence }: Recorded, clearing: Clearing): void {
  const { pool, window, price, reserve, room, won, lost } = clearing;
  const id = `${pool}.${window.start}`;
  const [start, end] = [formatTime(window.start), formatTime(window.end)];
  const prices = { price: formatMoney(price), reserve: formatMoney(reserve) };
  const counts = { room_gpus: room, winners: won.length };
  shelf.put("spot_price", id, null, sequence, { id, pool, start, end, ...prices, ...counts });
  shelf.finish("spot_price", id);
  for (const { bid, contract } of won) {
    shelf.change("bid", bid, (body) => ({ ...body, contract, until: end, lost: null }));
  }
  for (const { bid, why, until } of lost) {
    const last = until === null ? null : formatTime(until);
    shelf.change("bid", bid, (body) =>
      body.lost === why && body.until === last ? body : { ...body, lost: why, until: last },
    );
  }
}

function shelfResource(opened: Shop): ShelfResource {
  const { id, account, contract, price, shortest, longest, leastGpus, costPrice, whole } = opened;
  return {
    id,
    account,
    contract,
    price: formatMoney(price),
    shortest_duration: formatDuration(shortest),
    longest_duration: formatDuration(longest),
    least_gpus: leastGpus,
    cost_price: formatMoney(costPrice),
    gpu_milliseconds: whole,
    gpu_hours: formatGpuHours(whole),
    sold_gpu_milliseconds: opened.sold,
    sold_gpu_hours: formatGpuHours(opened.sold),
    income: formatMoney(opened.income),
    fees: formatMoney(opened.fees),
    status: "open",
  };
}
