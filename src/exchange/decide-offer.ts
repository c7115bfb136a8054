import type { MarketCommand } from "../market/commands.ts";
import { decide as decideMarket } from "../market/decide.ts";
import type { OwnerCommand, OwnerEvent } from "../owner/commands.ts";
import { decideOwner } from "../owner/decide-owner.ts";
import { blockedBy, FAR, withheld } from "../owner/kept-back.ts";
import type { Block, Offering } from "../owner/state.ts";
import type { Policy } from "../policy/policy.ts";
import { add, rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import { diminishLadder, restrictLadder } from "../surplus/restrict.ts";
import type { EpochMs, MicroUsdPerGpuHour } from "../units.ts";
import { floorTo, MINUTE_MS, scalePrice } from "../units.ts";
import type { ExchangeDecision, ExchangeEvent } from "./commands.ts";
import type { ExchangeState } from "./state.ts";

type ChangePolicy = Extract<MarketCommand, { type: "change_policy" }>;

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

/** A policy that reserves more, or asks other shares of the price, holds from that moment on too. */
export function decidePolicy(state: ExchangeState, command: ChangePolicy): ExchangeDecision {
  const decision = decideMarket(state.market, command);
  if ("refusal" in decision) return decision;
  const { pool, policy } = command;
  const ladder = state.market.pools.get(pool)?.ladder ?? null;
  if (ladder === null) return decision;
  const price = state.owner.offerings.get(pool)?.price;
  const kept = withheld(state.owner, pool, ladder.capacity, state.market.now);
  const cut = priced(restrictLadder({ ...ladder, reserve: policy.reserve }, kept), policy, price);
  return { events: [...decision.events, { type: "ladder_published", pool, ladder: cut }] };
}

function ladderAfter({ market, owner }: ExchangeState, event: OwnerEvent): ExchangeEvent | null {
  if (event.type !== "gpus_blocked" && event.type !== "offering_set") return null;
  const { pool } = event.type === "gpus_blocked" ? event.block : event.offering;
  const { ladder = null, policy } = market.pools.get(pool) ?? {};
  if (ladder === null || policy === undefined) return null;
  const kept = withheld(owner, pool, ladder.capacity, market.now);
  const cut =
    event.type === "gpus_blocked"
      ? withBlock(ladder, kept, event.block)
      : priced(
          withOffering(ladder, kept, event.offering, market.now),
          policy,
          event.offering.price,
        );
  return { type: "ladder_published", pool, ladder: cut };
}

/** What is there and not for sale may be what nobody would have bought; what is gone, the owner misses too. */
function withBlock(ladder: Ladder, kept: Schedule, block: Block): Ladder {
  const blocked = blockedBy(block, ladder.capacity);
  return block.kind === "blackout"
    ? restrictLadder(ladder, add(kept, blocked))
    : diminishLadder(ladder, blocked);
}

function withOffering(ladder: Ladder, kept: Schedule, { selling }: Offering, now: EpochMs): Ladder {
  const always = { start: floorTo(now, MINUTE_MS), end: FAR };
  return restrictLadder(ladder, selling ? kept : rectangle(always, ladder.capacity));
}

function priced(ladder: Ladder, { rungs }: Policy, price?: MicroUsdPerGpuHour): Ladder {
  if (price === undefined) return ladder;
  const factors = new Map(rungs.map((rung) => [rung.notice, rung.priceFactor]));
  const repriced = ladder.rungs.map((rung) => {
    const factor = factors.get(rung.notice);
    return factor === undefined ? rung : { ...rung, price: scalePrice(price, factor) };
  });
  return { ...ladder, rungs: repriced };
}
