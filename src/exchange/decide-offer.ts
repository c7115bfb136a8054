import type { OwnerCommand, OwnerEvent } from "../owner/commands.ts";
import { decideOwner } from "../owner/decide-owner.ts";
import { blockedBy, FAR, keptBack } from "../owner/kept-back.ts";
import type { Policy } from "../policy/policy.ts";
import { add, EMPTY, rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import { restrictLadder } from "../surplus/restrict.ts";
import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { floorTo, MINUTE_MS, scalePrice } from "../units.ts";
import type { ExchangeDecision, ExchangeEvent } from "./commands.ts";
import type { ExchangeState } from "./state.ts";

type OfferEvent = Extract<OwnerEvent, { type: "gpus_blocked" | "offering_set" }>;

/**
 * What the owner keeps back is not for sale from that moment on, and what is for sale has the owner's price: the ladder
 * that stands is changed in the same decision. What the owner gives back is for sale once a forecast has seen it, by the
 * next ladder.
 */
export function decideOffer(state: ExchangeState, command: OwnerCommand): ExchangeDecision {
  const isPool = (id: string) => state.market.pools.has(id);
  const event = decideOwner(state.owner, command, { now: state.market.now, isPool });
  if (typeof event === "string") return { refusal: event };
  const cut = ladderAfter(state, event);
  return { events: cut === null ? [event] : [event, cut] };
}

function ladderAfter({ market, owner }: ExchangeState, event: OwnerEvent): ExchangeEvent | null {
  if (event.type !== "gpus_blocked" && event.type !== "offering_set") return null;
  const { pool } = event.type === "gpus_blocked" ? event.block : event.offering;
  const { ladder = null, policy } = market.pools.get(pool) ?? {};
  if (ladder === null || policy === undefined) return null;
  const { capacity } = ladder;
  const kept = add(keptBack(owner, pool, capacity, market.now), keptBy(event, capacity, market));
  const cut = restrictLadder(ladder, kept);
  const changed = event.type === "offering_set" ? priced(cut, policy, event.offering.price) : cut;
  return { type: "ladder_published", pool, ladder: changed };
}

function keptBy(event: OfferEvent, capacity: Gpus, { now }: ExchangeState["market"]): Schedule {
  if (event.type === "gpus_blocked") return blockedBy(event.block, capacity);
  const always = { start: floorTo(now, MINUTE_MS), end: FAR };
  return event.offering.selling ? EMPTY : rectangle(always, capacity);
}

function priced(ladder: Ladder, { rungs }: Policy, price: MicroUsdPerGpuHour): Ladder {
  const factors = new Map(rungs.map((rung) => [rung.notice, rung.priceFactor]));
  const repriced = ladder.rungs.map((rung) => {
    const factor = factors.get(rung.notice);
    return factor === undefined ? rung : { ...rung, price: scalePrice(price, factor) };
  });
  return { ...ladder, rungs: repriced };
}
