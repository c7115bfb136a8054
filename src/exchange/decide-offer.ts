import type { OwnerCommand, OwnerEvent } from "../owner/commands.ts";
import { decideOwner } from "../owner/decide-owner.ts";
import { blockedBy, FAR, keptBack } from "../owner/kept-back.ts";
import { add, rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { restrictLadder } from "../surplus/restrict.ts";
import type { Gpus } from "../units.ts";
import { floorTo, MINUTE_MS } from "../units.ts";
import type { ExchangeDecision, ExchangeEvent } from "./commands.ts";
import type { ExchangeState } from "./state.ts";

/**
 * What the owner keeps back is not for sale from that moment on: the ladder that stands is cut in the same decision. What
 * the owner gives back is for sale once a forecast has seen it, by the next ladder.
 */
export function decideOffer(state: ExchangeState, command: OwnerCommand): ExchangeDecision {
  const isPool = (id: string) => state.market.pools.has(id);
  const event = decideOwner(state.owner, command, { now: state.market.now, isPool });
  if (typeof event === "string") return { refusal: event };
  const cut = ladderAfter(state, event);
  return { events: cut === null ? [event] : [event, cut] };
}

function ladderAfter({ market, owner }: ExchangeState, event: OwnerEvent): ExchangeEvent | null {
  const pool = poolOf(event);
  const ladder = pool === null ? null : (market.pools.get(pool)?.ladder ?? null);
  if (pool === null || ladder === null) return null;
  const { capacity } = ladder;
  const kept = add(keptBack(owner, pool, capacity, market.now), keptBy(event, capacity, market));
  return { type: "ladder_published", pool, ladder: restrictLadder(ladder, kept) };
}

/** Of whose ladder less is left. */
function poolOf(event: OwnerEvent): string | null {
  if (event.type === "gpus_blocked") return event.block.pool;
  return event.type === "offering_set" && !event.offering.selling ? event.offering.pool : null;
}

function keptBy(event: OwnerEvent, capacity: Gpus, { now }: ExchangeState["market"]): Schedule {
  if (event.type !== "gpus_blocked") {
    return rectangle({ start: floorTo(now, MINUTE_MS), end: FAR }, capacity);
  }
  return blockedBy(event.block, capacity);
}
