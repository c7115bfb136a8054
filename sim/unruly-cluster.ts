import type { Random } from "../src/demo/random.ts";
import { chance } from "../src/demo/random.ts";
import type { Fabric } from "../src/contracts/holdings.ts";
import type { Cluster, ClusterReading, MeterReading, MeterRequest } from "../src/ports.ts";
import type { EpochMs } from "../src/units.ts";
import { durationMs, epochMs, gpus, MINUTE_MS, NO_GPUS } from "../src/units.ts";
import { oneOf, whole } from "./draw.ts";
import type { WorldPool } from "./world.ts";

/**
 * A pool's cluster as bad as they come: demand strays and leaps, runs are declared or not, fabrics lose nodes, all of it
 * goes down or cannot be read, and its meters tell too little, too much, too late, or twice.
 */
export class UnrulyCluster implements Cluster {
  readonly pool: string;
  /** Nothing goes wrong any more, and nothing is wanted. */
  isCalm = false;
  readonly #random: Random;
  readonly #fabrics: readonly Fabric[];
  readonly #lot: number;
  readonly #runs: ClusterReading["declared"][number][] = [];
  #demand = 0;
  #downFor = 0;
  #missing = 0;
  #last: readonly MeterReading[] = [];

  constructor({ config, policy }: WorldPool, random: Random) {
    this.pool = config.id;
    this.#fabrics = config.fabrics;
    this.#lot = policy.lot;
    this.#random = random;
    this.#demand = whole(random, 0, this.#all / 2);
  }

  history(): Promise<[]> {
    return Promise.resolve([]);
  }

  read(now: EpochMs): Promise<ClusterReading> {
    if (this.isCalm) return Promise.resolve(this.#reading(now, 0));
    const random = this.#random;
    if (chance(random, 0.05)) return Promise.reject(new Error("the cluster does not answer"));
    this.#stray(now);
    return Promise.resolve(this.#reading(now, this.#missing));
  }

  meter(requests: readonly MeterRequest[]): Promise<readonly MeterReading[]> {
    if (!this.isCalm && chance(this.#random, 0.1)) {
      return Promise.reject(new Error("the meters do not answer"));
    }
    const readings = requests.flatMap((request) => this.#metered(request));
    const again = this.isCalm || chance(this.#random, 0.8) ? [] : this.#last;
    this.#last = readings;
    return Promise.resolve([...again, ...readings]);
  }

  get #all(): number {
    return this.#fabrics.reduce((sum, fabric) => sum + fabric.gpus, 0);
  }

  #stray(now: EpochMs): void {
    const random = this.#random;
    const leap = weightedLeap(random, this.#all, this.#lot);
    this.#demand = Math.max(0, Math.min(Math.round(this.#all * 1.3), this.#demand + leap));
    if (this.#downFor > 0) this.#downFor -= 1;
    else if (chance(random, 0.02)) this.#downFor = whole(random, 1, 3);
    if (chance(random, 0.08)) this.#missing = whole(random, 0, 3) * this.#lot;
    if (chance(random, 0.1)) this.#declare(now);
  }

  #declare(now: EpochMs): void {
    const random = this.#random;
    this.#runs.push({
      id: `${this.pool}-seen-${this.#runs.length}`,
      name: "seen in the queue",
      start: epochMs(now + whole(random, -5, 180) * MINUTE_MS + whole(random, 0, 999)),
      duration: durationMs(whole(random, 10, 120) * MINUTE_MS),
      gpus: gpus(whole(random, 1, Math.max(1, this.#all / 2))),
    });
  }

  #reading(now: EpochMs, missing: number): ClusterReading {
    let left = this.#downFor > 0 && !this.isCalm ? Infinity : missing;
    const fabrics = this.#fabrics.map(({ id, gpus: size }) => {
      const gone = Math.min(left, size);
      left -= gone;
      return { id, gpus: gpus(size - gone) };
    });
    const declared = this.#runs.filter(({ start, duration }) => start + duration > now);
    return { demand: this.isCalm ? NO_GPUS : gpus(this.#demand), fabrics, declared };
  }

  /** Mostly all of it; else what a broken meter may say, of which nothing wrong may be billed. */
  #metered({ contract, from, to, heldGpuMs }: MeterRequest): MeterReading[] {
    const whole = { contract, from, to, gpuMs: heldGpuMs };
    const kind = this.isCalm ? 0 : this.#random();
    if (kind < 0.75) return [whole];
    if (kind < 0.82) return [{ ...whole, gpuMs: Math.floor(heldGpuMs * this.#random()) }];
    if (kind < 0.85) return [];
    if (kind < 0.88) return [whole, whole];
    if (kind < 0.9) return [{ ...whole, gpuMs: heldGpuMs + 1 }];
    if (kind < 0.92) return [{ ...whole, from: epochMs(from - 1000) }];
    if (kind < 0.94) return [{ ...whole, to: epochMs(to + 7_200_000) }];
    if (kind < 0.95) return [{ ...whole, contract: "unheard-of" }];
    // A minute later: what lies before it is lost, and none of it may be billed.
    if (kind < 0.97) return [{ ...whole, from: epochMs(from + MINUTE_MS), gpuMs: 0 }];
    const middle = epochMs(from + Math.floor((to - from) / 3));
    // A part of a window delivers a part of what it held: less than a full reading, and lawful.
    const part = { contract, from, to: middle, gpuMs: 0 };
    return [part, { ...whole, from: middle, gpuMs: 0 }];
  }
}

function weightedLeap(random: Random, all: number, lot: number): number {
  const kind = random();
  if (kind < 0.15) return whole(random, lot, Math.max(lot, all / 2));
  if (kind < 0.3) return -whole(random, lot, all);
  return oneOf(random, [-3, -1, 0, 0, 1, 3]);
}
