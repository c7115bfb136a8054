import { apply } from "../src/market/apply.ts";
import type { Decision, MarketCommand } from "../src/market/commands.ts";
import { decide } from "../src/market/decide.ts";
import { emptyMarket } from "../src/market/state.ts";
import type { Policy } from "../src/policy/policy.ts";
import { maxOver } from "../src/schedule/schedule.ts";
import type { DemandForecast } from "../src/surplus/forecast.ts";
import { QUANTILES } from "../src/surplus/forecast.ts";
import type { Ladder } from "../src/surplus/ladder.ts";
import { makeLadder } from "../src/surplus/make-ladder.ts";
import type { Gpus } from "../src/units.ts";
import {
  assert,
  durationMs,
  epochMs,
  gpus,
  HOUR_MS,
  later,
  MINUTE_MS,
  NO_GPUS,
} from "../src/units.ts";
import { PRICE } from "./cases.ts";
import type { Asked } from "./core-throughput-orders.ts";
import { FABRICS, SLOT_MINUTES } from "./core-throughput-orders.ts";
import type { Place } from "./core-throughput-scan.ts";

export const NOW = epochMs(472_222 * HOUR_MS);
const SLOT_MS = SLOT_MINUTES * MINUTE_MS;
const [POOL, SKU] = ["pool", "gpu"];

/** The core as a writer without a store has it: each order is decided, and its events are applied. */
export class CoreMarket {
  readonly #state = emptyMarket(NOW);
  readonly #policy: Policy;

  constructor(policy: Policy, gpusOfFabric: number) {
    this.#policy = policy;
    const fabrics = Array.from({ length: FABRICS }, (_, index) => ({
      id: `f${String(index).padStart(2, "0")}`,
      gpus: gpus(gpusOfFabric),
    }));
    const ladder = openLadder(policy, gpus(gpusOfFabric * FABRICS));
    this.place({ type: "open_pool", pool: { id: POOL, sku: SKU, site: "", fabrics }, policy });
    const reading = { at: NOW, demand: NO_GPUS, fabrics };
    this.place({ type: "read_owner", pool: POOL, reading });
    this.place({ type: "publish_ladder", pool: POOL, ladder });
  }

  place(command: MarketCommand): Decision {
    const decision = decide(this.#state, command);
    if ("events" in decision) for (const event of decision.events) apply(this.#state, event);
    return decision;
  }

  get live(): number {
    return this.#state.contracts.size;
  }

  commandOf(asked: Asked, index: number): MarketCommand {
    const rung = this.#policy.rungs[asked.rung % this.#policy.rungs.length];
    assert(rung !== undefined, "a policy has rungs");
    const duration = durationMs(asked.length * SLOT_MS);
    const order = {
      id: `ord_${index}`,
      account: `acc_${index % 1_000}`,
      side: "buy",
      sku: SKU,
      gpus: gpus(asked.gpus),
      start: { earliest: slotTime(asked.from), latest: slotTime(asked.latest) },
      duration: { min: duration, max: duration },
      limit: PRICE,
      noticeAtLeast: rung.notice,
      fabric: asked.fabric,
      fill: "all-or-none",
      lifetime: "immediate",
      expires: null,
      contract: null,
    } as const;
    return { type: "place_order", order, now: NOW };
  }
}

export function slotTime(slot: number) {
  return later(NOW, durationMs(slot * SLOT_MS));
}

/** Where the order was placed, in the terms of the bare scan. */
export function placeOf(decision: Decision): Place | null {
  if (!("events" in decision)) return null;
  const [event] = decision.events;
  assert(event?.type === "contract_sold" && decision.events.length === 1, "one contract is sold");
  const { window, placements } = event.contract;
  return {
    start: (window.start - NOW) / SLOT_MS,
    pieces: placements.map(({ fabric, held }) => [Number(fabric.slice(1)), maxOver(held, window)]),
  };
}

/** The owner is known to want nothing: whatever is not sold may be sold, at every notice. */
export function openLadder(policy: Policy, capacity: Gpus): Ladder {
  const nothing = Float64Array.from(QUANTILES, () => 0);
  const always = (): Float64Array => nothing;
  const forecast: DemandForecast = {
    origin: NOW,
    mean: always,
    peak: always,
    windowPeak: always,
    chanceAtMost: () => 1,
  };
  return makeLadder({
    policy: { ...policy, reserve: NO_GPUS },
    price: PRICE,
    now: NOW,
    knownFor: HOUR_MS,
    demand: NO_GPUS,
    capacity,
    declaredRise: NO_GPUS,
    forecast,
    caution: () => NO_GPUS,
    forecastChance: () => 1,
  });
}
