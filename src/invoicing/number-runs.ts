import { assert } from "../units.ts";

/**
 * Numbers at even distances: `first`, `first + step`, … Readings come in a steady rhythm, so a month of one contract's
 * transactions is a few runs where it would be tens of thousands of numbers.
 */
export interface NumberRun {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

interface GrowingRun {
  readonly first: number;
  step: number;
  count: number;
}

/** Collects rising numbers; one that was the last already is taken once. */
export class NumberRuns {
  readonly #runs: GrowingRun[] = [];
  #last = -Infinity;

  add(number: number): void {
    if (number === this.#last) return;
    assert(number > this.#last, `a trace's numbers rise: ${number} after ${this.#last}`);
    const run = this.#runs.at(-1);
    const step = number - this.#last;
    this.#last = number;
    if (run === undefined || (run.count > 1 && run.step !== step)) {
      this.#runs.push({ first: number, step: 0, count: 1 });
    } else {
      run.step = step;
      run.count += 1;
    }
  }

  runs(): readonly NumberRun[] {
    return this.#runs.map((run) => ({ ...run }));
  }
}

/** Every number of the runs, in order. */
export function* numbersIn(runs: readonly NumberRun[]): Generator<number> {
  for (const { first, step, count } of runs) {
    for (let index = 0; index < count; index++) yield first + index * step;
  }
}

export function countIn(runs: readonly NumberRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}
