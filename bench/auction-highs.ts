import highsLoader, { type Highs, type Model } from "highs";
import type { Options } from "../src/auction/options.ts";
import type { Problem } from "../src/auction/problem.ts";

/** Points are divided by this, so that the solver sees numbers near 1. */
const UNIT = 1e6;

export interface Solved {
  /** Points of the best that was found. */
  readonly value: number;
  /** Points that nothing can exceed. */
  readonly bound: number;
  readonly isOptimal: boolean;
}

/** How the solver is asked: what it is to find, and by what method. */
export interface Asked {
  readonly integer: boolean;
  readonly solver: "choose" | "simplex" | "ipm" | "pdlp";
  readonly seconds: number;
}

/** The package's types speak of CommonJS, where the loader is a member of what is imported; here it is the import. */
const load = highsLoader as unknown as () => Promise<Highs>;

export async function highs(): Promise<Highs> {
  return load();
}

/**
 * The auction as HiGHS sees it: a column for each option of each block, a row for each block (in one place at most)
 * and one for each slot of each lane. Lots in use are columns of their own, and a slot's row says how they change from
 * the slot before: so an option has three numbers, however long it lasts.
 */
export function solveByHighs(
  library: Highs,
  problem: Problem,
  options: Options,
  asked: Asked,
): Solved {
  const model = library.createModel(modelOf(library, problem, options, asked.integer));
  try {
    model.options.set({ output_flag: false, time_limit: asked.seconds, solver: asked.solver });
    if (asked.integer) model.options.set({ mip_rel_gap: 1e-6 });
    model.run();
    return readFrom(library, model, asked.integer);
  } finally {
    model.dispose();
  }
}

function readFrom(library: Highs, model: Model, integer: boolean): Solved {
  const value = model.getObjectiveValue() * UNIT;
  const isOptimal = model.getModelStatus() === library.constants.modelStatus.optimal;
  const relaxed = isOptimal ? value : Infinity;
  const bound = integer ? Number(model.info.get("mip_dual_bound")) * UNIT : relaxed;
  return { value, bound, isOptimal };
}

function modelOf(
  library: Highs,
  problem: Problem,
  options: Options,
  integer: boolean,
): Parameters<Highs["createModel"]>[0] {
  const blocks = problem.blocks.length;
  const columns = new Columns();
  addOptions(columns, problem, options);
  addLotsInUse(columns, problem);
  const [numRows, numCols] = [blocks + problem.free.length, columns.costs.length];
  const { integer: whole, continuous } = library.constants.variableType;
  const kinds = Int32Array.from(columns.costs, (_, at) =>
    at < options.lane.length ? whole : continuous,
  );
  return {
    numCols,
    numRows,
    sense: library.constants.objectiveSense.maximize,
    offset: 0,
    colCost: Float64Array.from(columns.costs),
    colLower: new Float64Array(numCols),
    colUpper: Float64Array.from(columns.uppers),
    rowLower: new Float64Array(numRows).fill(-library.infinity, 0, blocks),
    rowUpper: new Float64Array(numRows).fill(1, 0, blocks),
    matrix: { format: "csc", numRows, numCols, ...columns.matrix() },
    ...(integer && { integrality: kinds }),
  };
}

function addOptions(columns: Columns, problem: Problem, options: Options): void {
  const { blocks, lanes, slots } = problem;
  for (const [index, block] of blocks.entries()) {
    const end = options.first[index + 1] ?? 0;
    for (let option = options.first[index] ?? 0; option < end; option += 1) {
      const lane = options.lane[option] ?? 0;
      const start = options.start[option] ?? 0;
      const row = blocks.length + lane * slots + start;
      const margin = block.limit - (lanes[lane]?.reserve ?? 0);
      columns.add((block.lots * block.slots * margin) / UNIT, 1);
      columns.put(index, 1);
      columns.put(row, block.lots);
      if (start + block.slots < slots) columns.put(row + block.slots, -block.lots);
    }
  }
}

function addLotsInUse(columns: Columns, { blocks, slots, free }: Problem): void {
  for (const [at, lots] of free.entries()) {
    columns.add(0, lots);
    columns.put(blocks.length + at, -1);
    if ((at + 1) % slots !== 0) columns.put(blocks.length + at + 1, 1);
  }
}

/** A matrix, column after column. */
class Columns {
  readonly costs: number[] = [];
  readonly uppers: number[] = [];
  readonly starts: number[] = [];
  readonly rows: number[] = [];
  readonly values: number[] = [];

  add(cost: number, upper: number): void {
    this.starts.push(this.rows.length);
    this.costs.push(cost);
    this.uppers.push(upper);
  }

  put(row: number, value: number): void {
    this.rows.push(row);
    this.values.push(value);
  }

  matrix(): { starts: Int32Array; indices: Int32Array; values: Float64Array } {
    return {
      starts: Int32Array.from([...this.starts, this.rows.length]),
      indices: Int32Array.from(this.rows),
      values: Float64Array.from(this.values),
    };
  }
}
