import type { Recorded } from "../exchange/recorded.ts";
import type { Order } from "../market/order.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { OrderResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** An order is open while it rests in the book; an immediate one is filled as far as it goes when it is placed. */
export function hearOrder(shelf: Shelf, { sequence, at, event }: Recorded): void {
  switch (event.type) {
    case "order_placed": {
      const { order, replaces } = event;
      const placed = formatTime(at);
      shelf.put("order", order.id, order.account, sequence, orderResource(order, replaces, placed));
      return;
    }
    case "contract_sold":
    case "contract_resold":
      fill(shelf, event.order, event.contract.id, event.contract.soldGpus);
      if (event.type === "contract_resold")
        fill(shelf, event.listing, null, event.contract.soldGpus);
      return;
    case "order_left":
      shelf.change("order", event.order, (order) => ({ ...order, status: event.why }));
      shelf.finish("order", event.order);
      return;
    default:
  }
}

function fill(shelf: Shelf, id: string, contract: string | null, gpus: number): void {
  shelf.change("order", id, (order) => {
    const filled = order.filled_gpus + gpus;
    const isDone = order.lifetime === "immediate" || filled === order.gpus;
    return {
      ...order,
      filled_gpus: filled,
      contracts: contract === null ? order.contracts : [...order.contracts, contract],
      status: isDone ? "filled" : order.status,
    };
  });
}

function orderResource(order: Order, replaces: string | null, placed: string): OrderResource {
  const { id, account, side, sku, gpus, start, duration, fabric, fill, lifetime, contract } = order;
  return {
    id,
    account,
    side,
    sku,
    gpus,
    filled_gpus: 0,
    start: { earliest: formatTime(start.earliest), latest: formatTime(start.latest) },
    duration: { min: formatDuration(duration.min), max: formatDuration(duration.max) },
    limit_price: formatMoney(order.limit),
    notice_at_least: formatNotice(order.noticeAtLeast),
    fabric,
    fill,
    lifetime,
    expires: order.expires === null ? null : formatTime(order.expires),
    contract,
    replaces,
    status: "open",
    contracts: [],
    placed,
  };
}
