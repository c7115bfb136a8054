import { countOf, textOrNull } from "./words.ts";

export interface ArrayTasks {
  readonly tasks: number;
  /** Null: any number at a time. */
  readonly mostTasks: number | null;
}

const ONE: ArrayTasks = { tasks: 1, mostTasks: null };

/** Reads the tasks of an array that wait together: `1-3,7%2`, `0-100:5`. One task, or none: it is one job. */
export function arrayTasksOf(text: string | null | undefined): ArrayTasks {
  const said = textOrNull(text);
  if (said === null) return ONE;
  const [ranges = "", most] = said.replaceAll(/[[\]]/g, "").split("%");
  const tasks = ranges.split(",").reduce((sum, range) => sum + lengthOf(range), 0);
  return { tasks, mostTasks: most === undefined ? null : countOf("an array's limit", most) };
}

function lengthOf(range: string): number {
  const [numbers = "", step = "1"] = range.split(":");
  const [first = "", last = first] = numbers.split("-");
  const what = "an array's tasks";
  return Math.floor((countOf(what, last) - countOf(what, first)) / countOf(what, step)) + 1;
}
