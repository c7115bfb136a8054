import type { Contract } from "../contracts/contract.ts";
import { minOver, pieces } from "../schedule/schedule.ts";
import type { EpochMs, Gpus, Window } from "../units.ts";
import { addGpus, elapsed, later, minGpus, NO_GPUS, wholeLots } from "../units.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";

/** The time that a sell order puts up: from its earliest start to its latest end. */
export function listedWindow(order: Order): Window {
  return { start: order.start.earliest, end: later(order.start.latest, order.duration.max) };
}

/**
 * A part of a contract as something to buy; the promise travels along.
 * @param contract tells the contract as it stands, for it may be recalled or resold meanwhile
 */
export function listingAsk(order: Order, lot: Gpus, contract: () => Contract): Ask {
  const listed = listedWindow(order);
  const { id, promise, placements } = contract();
  const inFabric = (fabric: string, window: Window): Gpus =>
    liesWithin(window, listed)
      ? minGpus(order.gpus, heldThrough(contract(), fabric, window, lot))
      : NO_GPUS;
  return {
    source: { kind: "listing", order: order.id, contract: id },
    notice: promise.notice,
    price: order.limit,
    fabrics: placements.map((placement) => placement.fabric),
    maxDuration: elapsed(listed.start, listed.end),
    available: inFabric,
    availableInAll: (window) => {
      const fabrics = contract().placements.map((placement) => inFabric(placement.fabric, window));
      return minGpus(order.gpus, fabrics.reduce(addGpus, NO_GPUS));
    },
    changes: (window) => changesOf(contract(), listed, window),
  };
}

function liesWithin(inner: Window, outer: Window): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function heldThrough(contract: Contract, fabric: string, window: Window, lot: Gpus): Gpus {
  const placement = contract.placements.find((candidate) => candidate.fabric === fabric);
  return placement === undefined ? NO_GPUS : wholeLots(minOver(placement.held, window), lot);
}

function changesOf(contract: Contract, listed: Window, window: Window): EpochMs[] {
  const times = new Set<EpochMs>([listed.start, listed.end]);
  for (const placement of contract.placements) {
    for (const piece of pieces(placement.held, window)) times.add(piece.start);
  }
  return [...times]
    .filter((time) => time >= window.start && time < window.end)
    .sort((a, b) => a - b);
}
