import type { Contract } from "../contracts/contract.ts";
import { formatNotice } from "../policy/duration.ts";
import type { EpochMs } from "../units.ts";
import { formatGpuHours, formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { Tellers, Told } from "./tellers.ts";
import { contract, ofThing, toldTo } from "./tellers.ts";

/** Orders, sales and what becomes of contracts. */
export const TRADES = {
  order_placed: {
    tell: ({ order: { id, account, side, sku, gpus }, replaces }) =>
      toldTo(account, "order.placed", { order: id, side, sku, gpus, replaces }),
  },
  order_left: {
    about: ({ order }) => [{ kind: "order", id: order }],
    tell: ({ order, why }, of) => toldTo(of.account("order", order), `order.${why}`, { order }),
  },
  contract_sold: {
    tell: ({ contract: sold, order }) => {
      const price = formatMoney(sold.price);
      const data = soldData(sold, order, price);
      return [...toldTo(sold.holder, "contract.sold", data), traded(sold, price, false)];
    },
  },
  contract_resold: {
    about: ({ from }) => [contract(from)],
    tell: ({ contract: sold, order, from, listing, price: paid }, of) => {
      const price = formatMoney(paid);
      const { pool, gpus, start, end } = soldData(sold, order, price);
      const part = { contract: from, listing, pool, gpus, start, end, price };
      return [
        ...toldTo(sold.holder, "contract.sold", soldData(sold, order, price)),
        ...toldTo(of.account("contract", from), "contract.resold", part),
        traded(sold, price, true),
      ];
    },
  },
  contract_followed: ofThing("contract", "contract.followed", ({ contract: id, by }) => {
    return { contract: id, by };
  }),
  contract_cancelled: ofThing("contract", "contract.cancelled", (event) => at(event)),
  nodes_bound: {
    about: ({ binding }) => [contract(binding.contract)],
    tell: ({ binding: { contract: id, nodes } }, of) =>
      toldTo(of.account("contract", id), "contract.nodes_bound", {
        contract: id,
        nodes: nodes.map(({ node, fabric, gpus, start, end }) => {
          return { node, fabric, gpus, from: formatTime(start), until: formatTime(end) };
        }),
      }),
  },
  contract_interrupted: ofThing("contract", "contract.interrupted", (event) => at(event)),
  contract_ended: ofThing("contract", "contract.ended", (event) => {
    return { ...at(event), delivered_gpu_hours: formatGpuHours(event.delivered) };
  }),
  contract_breached: {
    about: ({ cut }) => [contract(cut.contract)],
    tell: ({ cut, at: time }, of) =>
      toldTo(of.account("contract", cut.contract), "contract.breached", {
        contract: cut.contract,
        gpus: cut.gpus,
        at: formatTime(time),
        until: formatTime(cut.until),
        credit: formatMoney(cut.owed),
      }),
  },
  usage_metered: {
    about: ({ reading }) => [contract(reading.contract)],
    tell: ({ reading }, of) =>
      toldTo(of.account("contract", reading.contract), "usage.metered", {
        contract: reading.contract,
        from: formatTime(reading.from),
        to: formatTime(reading.to),
        gpu_milliseconds: reading.gpuMs,
      }),
  },
} satisfies Tellers;

function soldData({ id, pool, soldGpus, window, promise }: Contract, order: string, price: string) {
  return {
    contract: id,
    order,
    pool,
    gpus: soldGpus,
    start: formatTime(window.start),
    end: formatTime(window.end),
    notice: formatNotice(promise.notice),
    price,
  };
}

function traded(sold: Contract, price: string, resale: boolean): Told {
  const { contract: _, order: __, ...data } = soldData(sold, "", price);
  return { account: null, type: "market.traded", data: { ...data, resale } };
}

function at({ contract: id, at: time }: { readonly contract: string; readonly at: EpochMs }) {
  return { contract: id, at: formatTime(time) };
}
