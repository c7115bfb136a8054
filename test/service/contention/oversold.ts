/** What the API says of a contract, as far as it says who holds what. */
export interface Sold {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly fabrics: readonly { readonly fabric: string; readonly gpus: number }[];
  readonly resold_from: string | null;
  readonly given_up_from: string | null;
  readonly cuts: readonly {
    readonly kind: string;
    readonly status: string;
    readonly fabric: string | null;
    readonly gpus: number;
    readonly from: string;
    readonly until: string;
  }[];
}

const MINUTE_MS = 60_000;

/** GPUs by fabric and minute. */
type Held = Map<string, Map<number, number>>;

/**
 * Counts, minute by minute and with nothing of the market's own arithmetic, what all holders together have of each
 * fabric. A part that was resold is its buyer's and no longer the seller's; what was given up or taken back is nobody's.
 *
 * @returns where it is more than there is, or where somebody has less than nothing
 */
export function oversold(contracts: readonly Sold[], fabricGpus: number): string[] {
  const wrong: string[] = [];
  const all: Held = new Map();
  for (const contract of contracts) {
    const parts = contracts.filter((each) => each.resold_from === contract.id);
    for (const [fabric, minutes] of heldIn(contract, parts)) {
      for (const [minute, gpus] of minutes) {
        if (gpus < 0) wrong.push(`${contract.id} has ${gpus} GPUs at ${timeOf(minute)}`);
        add(all, fabric, minute, gpus);
      }
    }
  }
  for (const [fabric, minutes] of all) {
    for (const [minute, gpus] of minutes) {
      if (gpus > fabricGpus) wrong.push(`${gpus} GPUs of ${fabric} are held at ${timeOf(minute)}`);
    }
  }
  return wrong;
}

function heldIn(contract: Sold, parts: readonly Sold[]): Held {
  const held: Held = new Map();
  const { start, end, fabrics, cuts, given_up_from: givenUp } = contract;
  for (const { fabric, gpus } of fabrics) fill(held, fabric, [start, end], gpus);
  for (const part of parts) {
    for (const { fabric, gpus } of part.fabrics) fill(held, fabric, [part.start, part.end], -gpus);
  }
  for (const { fabric, gpus, from, until, status } of cuts) {
    if (fabric !== null && status !== "withdrawn") fill(held, fabric, [from, until], -gpus);
  }
  if (givenUp === null) return held;
  for (const minutes of held.values()) {
    for (const minute of minutes.keys()) if (minute >= minuteOf(givenUp)) minutes.delete(minute);
  }
  return held;
}

function fill(held: Held, fabric: string, [from, until]: [string, string], gpus: number): void {
  for (let minute = minuteOf(from); minute < minuteOf(until); minute++) {
    add(held, fabric, minute, gpus);
  }
}

function add(held: Held, fabric: string, minute: number, gpus: number): void {
  const minutes = held.get(fabric) ?? new Map<number, number>();
  held.set(fabric, minutes);
  minutes.set(minute, (minutes.get(minute) ?? 0) + gpus);
}

function minuteOf(time: string): number {
  return Date.parse(time) / MINUTE_MS;
}

function timeOf(minute: number): string {
  return new Date(minute * MINUTE_MS).toISOString();
}
