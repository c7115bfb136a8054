import type { Policy } from "../policy/policy.ts";
import type { EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { scalePrice, wholeLots } from "../units.ts";
import type { MarketWriter } from "./market-writer.ts";

/** Who buys in a backtest: called once a step, after the ladder is published. */
export interface Buyers {
  buy(writer: MarketWriter, now: EpochMs): void;
}

export interface Saturation {
  readonly sku: string;
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
  readonly capacity: Gpus;
}

/**
 * At every step and each notice, longest first, a buyer takes any number of lots from now for the longest duration
 * that is sold there, at the list price.
 */
export function saturatedBuyers({ sku, policy, price, capacity }: Saturation): Buyers {
  let orders = 0;
  return {
    buy(writer, now) {
      for (const rung of policy.rungs) {
        orders += 1;
        writer.do({
          type: "place_order",
          now,
          order: {
            id: `o${orders}`,
            account: "anyone",
            side: "buy",
            sku,
            gpus: wholeLots(capacity, policy.lot),
            start: { earliest: now, latest: now },
            duration: { min: rung.duration, max: rung.duration },
            limit: scalePrice(price, rung.priceFactor),
            noticeAtLeast: rung.notice,
            fabric: "any",
            fill: "partial",
            lifetime: "immediate",
            expires: null,
            contract: null,
          },
        });
      }
    },
  };
}
