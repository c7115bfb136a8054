import { Timeline } from "../schedule/timeline.ts";
import type { Schedule, Step } from "../schedule/schedule.ts";
import { pieces } from "../schedule/schedule.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { assert, NO_GPUS, subGpus } from "../units.ts";
import type { Contract } from "./contract.ts";
import { extended, lastPlaces, without } from "./contract.ts";

export interface Fabric {
  readonly id: string;
  readonly gpus: Gpus;
}

/** As it is now. */
export interface ReadFabric extends Fabric {
  /**
   * GPUs of it that are the owner's own, over time and as far as is known: nothing is sold on them. Absent where the
   * cluster doesn't show where its owner's work is.
   */
  readonly used?: Schedule;
}

/**
 * Every live contract of a pool, with the sums that decisions read: GPUs held by fabric, and GPUs held at each notice
 * or longer. Kept incrementally, so that a question costs the same with 100,000 contracts as with ten.
 */
export class Holdings {
  readonly #notices: readonly Notice[];
  readonly #byFabric: ReadonlyMap<string, Timeline>;
  readonly #atLeast: readonly Timeline[];
  readonly #byRung: readonly Map<string, Contract>[];
  #revision = 0;

  /**
   * @param notices the rungs' notices, longest first
   * @param first no contract starts before
   */
  constructor(fabrics: readonly Fabric[], notices: readonly Notice[], first: EpochMs) {
    this.#notices = notices;
    this.#byFabric = new Map(fabrics.map((fabric) => [fabric.id, new Timeline(first)]));
    this.#atLeast = notices.map(() => new Timeline(first));
    this.#byRung = notices.map(() => new Map());
  }

  /** Another number whenever what is held has changed: what was read at the same one still holds. */
  get revision(): number {
    return this.#revision;
  }

  /** Highest number of GPUs held at `notice` or longer at any instant of the window. */
  heldAtLeast(notice: Notice, window: Window): Gpus {
    return this.#timeline(notice).max(window);
  }

  /** Highest number of GPUs held at any instant of the window. */
  heldInAll(window: Window): Gpus {
    return this.#all().max(window);
  }

  heldInFabric(fabric: string, window: Window): Gpus {
    const timeline = this.#byFabric.get(fabric);
    assert(timeline !== undefined, `fabric ${fabric} belongs to the pool`);
    return timeline.max(window);
  }

  /** GPUs held over all fabrics, from the window's start on: the value there and every change within the window. */
  steps(window: Window): Step[] {
    return this.#all().steps(window);
  }

  #all(): Timeline {
    const shortest = this.#atLeast.at(-1);
    assert(shortest !== undefined, "a pool has at least one rung");
    return shortest;
  }

  /** Live contracts of exactly this notice, in order of sale. */
  contractsAt(notice: Notice): Iterable<Contract> {
    return this.#rung(notice).values();
  }

  get(notice: Notice, id: string): Contract | undefined {
    return this.#rung(notice).get(id);
  }

  *all(): Iterable<Contract> {
    for (const rung of this.#byRung) yield* rung.values();
  }

  add(contract: Contract): void {
    const known = this.get(contract.promise.notice, contract.id);
    assert(known === undefined, `contract ${contract.id} is sold once`);
    this.#rung(contract.promise.notice).set(contract.id, contract);
    for (const placement of contract.placements) {
      for (const piece of pieces(placement.held, contract.window)) {
        if (piece.gpus > 0) this.#count(contract, placement.fabric, piece, piece.gpus);
      }
    }
  }

  /** Takes GPUs out of a contract through a window; returns what is left of it. */
  cut(contract: Contract, fabric: string, window: Window, taken: Gpus): Contract {
    const rest = without(contract, fabric, window, taken);
    this.#rung(contract.promise.notice).set(contract.id, rest);
    this.#count(contract, fabric, window, subGpus(NO_GPUS, taken));
    return rest;
  }

  /** Gives GPUs back to a contract through a window: a recall that was withdrawn. */
  restore(contract: Contract, fabric: string, window: Window, returned: Gpus): Contract {
    return this.cut(contract, fabric, window, subGpus(NO_GPUS, returned));
  }

  /** Goes on with what the contract holds in its last minute; returns it as it is then. */
  extend(contract: Contract, until: EpochMs): Contract {
    const longer = extended(contract, until);
    this.#rung(contract.promise.notice).set(contract.id, longer);
    const added = { start: contract.window.end, end: until };
    for (const { fabric, gpus } of lastPlaces(contract)) {
      this.#count(contract, fabric, added, gpus);
    }
    return longer;
  }

  /** Drops a contract that has ended; its past stays in the sums until forgotten. */
  drop(contract: Contract): void {
    this.#rung(contract.promise.notice).delete(contract.id);
  }

  /** Frees the memory of all that lies before `time`. */
  forget(before: EpochMs): void {
    for (const timeline of this.#byFabric.values()) timeline.forget(before);
    for (const timeline of this.#atLeast) timeline.forget(before);
  }

  #count(contract: Contract, fabric: string, window: Window, delta: Gpus): void {
    this.#revision += 1;
    this.#byFabric.get(fabric)?.add(window, delta);
    const { notice } = contract.promise;
    this.#notices.forEach((rung, index) => {
      if (rung <= notice) this.#atLeast[index]?.add(window, delta);
    });
  }

  #index(notice: Notice): number {
    const index = this.#notices.indexOf(notice);
    assert(index >= 0, `notice ${notice} is a rung of the pool's policy`);
    return index;
  }

  #timeline(notice: Notice): Timeline {
    const timeline = this.#atLeast[this.#index(notice)];
    assert(timeline !== undefined, "every rung has a timeline");
    return timeline;
  }

  #rung(notice: Notice): Map<string, Contract> {
    const rung = this.#byRung[this.#index(notice)];
    assert(rung !== undefined, "every rung has its contracts");
    return rung;
  }
}
