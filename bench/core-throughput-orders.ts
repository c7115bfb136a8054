/** The orders of the race between the core and a bare scan: what is asked, in numbers alone. */

/** A slot of the bare scan: all orders start and end on its grid. */
export const SLOT_MINUTES = 5;
const HOUR = 60 / SLOT_MINUTES;
/** As far as the benchmark policy's ladder reaches. */
export const HORIZON = 72 * HOUR;
export const FABRICS = 16;
export const LOT = 8;

/** Times are slots. */
export interface Asked {
  readonly gpus: number;
  readonly from: number;
  /** The last start that will do; as `from` where the start is fixed. */
  readonly latest: number;
  readonly length: number;
  /** All GPUs from one fabric, or from as few as hold them. */
  readonly fabric: "one" | "any";
  /** Which of the policy's rungs it asks for, at least. */
  readonly rung: number;
}

/**
 * Out of 100: 60 blocks of any fabrics and 25 of one fabric at a fixed time, and 15 of one fabric that may start within
 * a day. One to sixteen lots, small ones more often; one to 24 hours.
 */
export function drawOrder(draw: (below: number) => number): Asked {
  const kind = draw(100);
  const length = (1 + draw(24)) * HOUR;
  const room = kind < 85 ? 0 : 24 * HOUR;
  const from = draw(HORIZON - length - room);
  const gpus = LOT * (1 + Math.floor((draw(16) * draw(16)) / 16));
  return {
    gpus,
    from,
    latest: from + room,
    length,
    fabric: kind < 60 ? "any" : "one",
    rung: draw(5),
  };
}

/** GPUs of each fabric where so many of these orders, spread over the horizon, fill about 60 % of them. */
export function fabricSize(contracts: number): number {
  const [meanGpus, meanLength] = [LOT * 4.5, 12.5 * HOUR];
  const held = (contracts * meanGpus * meanLength) / HORIZON;
  return LOT * Math.ceil(held / 0.6 / FABRICS / LOT + 2);
}

/** Mulberry32: the same orders in every run. */
export function drawsFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
