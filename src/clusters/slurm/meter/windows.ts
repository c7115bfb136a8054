/** Sets of instants, as windows in order that neither overlap nor touch. */
import type { DurationMs, Window } from "../../../units.ts";
import { durationMs, earliest, latest } from "../../../units.ts";

/** @param windows in any order, overlapping or not; empty ones are nothing */
export function unionOf(windows: readonly Window[]): Window[] {
  const union: Window[] = [];
  const inOrder = windows.filter(({ start, end }) => start < end);
  for (const { start, end } of inOrder.toSorted((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (last === undefined || last.end < start) union.push({ start, end });
    else union[union.length - 1] = { start: last.start, end: latest(last.end, end) };
  }
  return union;
}

/** @param all such a set */
export function within(all: readonly Window[], window: Window): Window[] {
  const clipped = all.map(({ start, end }) => ({
    start: latest(start, window.start),
    end: earliest(end, window.end),
  }));
  return clipped.filter(({ start, end }) => start < end);
}

/** @param all such a set @param gone another */
export function without(all: readonly Window[], gone: readonly Window[]): Window[] {
  return all.flatMap(({ start, end }) => {
    const left: Window[] = [];
    let from = start;
    for (const hole of within(gone, { start, end })) {
      if (from < hole.start) left.push({ start: from, end: hole.start });
      from = hole.end;
    }
    return from < end ? [...left, { start: from, end }] : left;
  });
}

export function lengthOf(all: readonly Window[]): DurationMs {
  return durationMs(all.reduce((sum, { start, end }) => sum + (end - start), 0));
}
