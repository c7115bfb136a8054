import type { Desk } from "../journal/turn.ts";
import { durationMs, MINUTE_MS } from "../units.ts";
import { lockAuctions } from "./auction-turn.ts";

/** How long one spot price holds. */
const SPOT_INTERVAL = durationMs(5 * MINUTE_MS);

/** What every minute brings: rentals go on, the spot price is found, and auctions are locked. Where it is not due, or nothing is offered, it is refused. */
export function passMinute(desk: Desk): void {
  const { market } = desk.state;
  desk.do({ type: "renew_rentals", now: market.now });
  for (const pool of market.pools.keys()) {
    desk.do({ type: "clear_spot", pool, interval: SPOT_INTERVAL, now: market.now });
  }
  lockAuctions(desk);
}
