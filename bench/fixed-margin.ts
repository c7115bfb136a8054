/**
 * The obvious way to sell firm: whatever has been idle through all of the last weeks will stay so, less a margin.
 *
 * At each step firm contracts are sold up to the trailing minimum of idle lots less the margin's width. When the owner
 * needs more, contracts are broken, those first that end soonest: they leave the least undelivered.
 */

/** What the owner left idle, and the rules that both ways of selling share. */
export interface IdlePast {
  /** Idle lots at each step; {@link OUTAGE} where the cluster is down. */
  readonly idleLots: Int32Array;
  /** Where selling begins. */
  readonly firstStep: number;
  readonly stepsPerContract: number;
  /** How long a contract may go on after the owner's demand has come, in steps. */
  readonly graceSteps: number;
}

export interface FirmSales {
  /** Lots of margin under the trailing minimum. */
  readonly width: number;
  /** Delivered ÷ idle. */
  readonly soldShare: number;
  /** Promised and not delivered ÷ promised; null where nothing was sold. */
  readonly brokenShare: number | null;
}

export const OUTAGE = -1;

/** The least idle of the last `steps` steps up to each one; steps of an outage say nothing. */
export function trailingMinimum(idleLots: Int32Array, steps: number): Int32Array {
  return idleLots.map((_, index) => {
    const past = idleLots.subarray(Math.max(0, index + 1 - steps), index + 1);
    const least = past.reduce(
      (low, idle) => (idle === OUTAGE ? low : Math.min(low, idle)),
      Infinity,
    );
    return Number.isFinite(least) ? least : 0;
  });
}

/** @param minimum of {@link trailingMinimum} */
export function sellUnder(minimum: Int32Array, width: number, past: IdlePast): FirmSales {
  const seller = new FixedMarginSeller(past);
  let idle = 0;
  for (let step = past.firstStep; step < past.idleLots.length; step += 1) {
    const now = past.idleLots[step] ?? 0;
    if (now === OUTAGE) {
      seller.stop();
      continue;
    }
    idle += now;
    seller.makeWay(step, now);
    seller.sellUpTo(step, (minimum[step] ?? 0) - width);
  }
  const { delivered, broken } = seller;
  return {
    width,
    soldShare: idle === 0 ? 0 : delivered / idle,
    brokenShare: delivered + broken === 0 ? null : broken / (delivered + broken),
  };
}

/** Contracts in order of sale, and so of their ends. */
class FixedMarginSeller {
  delivered = 0;
  broken = 0;
  readonly #past: IdlePast;
  #contracts: { end: number; lots: number }[] = [];
  #held = 0;

  constructor(past: IdlePast) {
    this.#past = past;
  }

  /** The cluster is down: contracts end without blame. */
  stop(): void {
    this.#contracts = [];
    this.#held = 0;
  }

  makeWay(step: number, idle: number): void {
    while (this.#contracts[0] !== undefined && this.#contracts[0].end <= step) {
      this.#held -= this.#contracts.shift()?.lots ?? 0;
    }
    while (this.#held > idle) this.#break(step, this.#held - idle);
  }

  /** What is held at the end of the step's sales is delivered through the step. */
  sellUpTo(step: number, lots: number): void {
    const sold = Math.max(0, lots - this.#held);
    if (sold > 0) this.#contracts.push({ end: step + this.#past.stepsPerContract, lots: sold });
    this.#held += sold;
    this.delivered += this.#held;
  }

  #break(step: number, lacking: number): void {
    const [first] = this.#contracts;
    if (first === undefined) throw new Error("bug: what is held is held by contracts");
    const taken = Math.min(lacking, first.lots);
    const left = first.end - step;
    const grace = Math.min(left, this.#past.graceSteps);
    this.delivered += taken * grace;
    this.broken += taken * (left - grace);
    first.lots -= taken;
    this.#held -= taken;
    if (first.lots === 0) this.#contracts.shift();
  }
}
