/** What is metered, beside a count of every instant. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { MeterRequest } from "../../../ports.ts";
import { durationMs, epochMs, gpus } from "../../../units.ts";
import { reservationOf } from "../delivery/names.ts";
import { metered, type Remembered } from "./metered.ts";

const POOL = "h100";
const MOST = 30;
const NODES = ["n1", "n2", "n3"];

const time = fc.nat(MOST).map((at) => epochMs(at));
const span = fc.tuple(time, time).map(([start, end]) => ({ start, end }));
const openSpan = fc
  .tuple(time, fc.option(time))
  .map(([start, end]) => ({ start, end }))
  .filter(({ start, end }) => end === null || start <= end);
const node = fc.constantFrom(...NODES);
const some = fc.uniqueArray(node, { minLength: 1 });
/** The contract's, its later nodes', another contract's, another pool's, and none. */
const reservation = fc.constantFrom(
  ...["c1", "c1+90", "c2"].map((contract) => reservationOf(POOL, contract)),
  reservationOf("a100", "c1"),
  "maint",
);

const bound = fc.tuple(node, span, fc.constantFrom(4, 8)).map(([name, { start, end }, size]) => ({
  node: name,
  fabric: "a",
  gpus: gpus(size),
  start,
  end,
}));

const request = fc
  .record({
    contract: fc.constant("c1"),
    from: time,
    to: time,
    heldGpuMs: fc.nat(3 * 8 * MOST),
    nodes: fc.array(bound, { maxLength: 5 }).map(apart),
  })
  .filter(({ from, to }): boolean => from < to);

/** A contract has a node once at a time, as bindings are checked. */
function apart<T extends { node: string; start: number; end: number }>(all: readonly T[]): T[] {
  const kept: T[] = [];
  for (const each of all) {
    const same = kept.filter((other) => other.node === each.node);
    if (same.every(({ start, end }) => end <= each.start || each.end <= start)) kept.push(each);
  }
  return kept;
}

const remembered = fc.record({
  outages: fc.array(
    fc
      .tuple(node, openSpan, fc.boolean())
      .map(([name, { start, end }, isSilent]) => ({ node: name, start, end, isSilent })),
    { maxLength: 5 },
  ),
  reserved: fc.array(
    fc
      .tuple(reservation, some, openSpan)
      .map(([name, nodes, { start, end }]) => ({ reservation: name, id: "1", nodes, start, end })),
    { maxLength: 5 },
  ),
  runs: fc.array(
    fc.tuple(fc.option(reservation), some, openSpan).map(([name, nodes, { start, end }]) => ({
      id: "1",
      account: "spw-a",
      reservation: name,
      reservationId: null,
      nodes,
      start,
      end,
    })),
    { maxLength: 5 },
  ),
  silence: fc.nat(6).map((ms) => durationMs(ms)),
});

/** One GPU-millisecond after the other. */
function counted({ from, to, heldGpuMs, nodes }: MeterRequest, known: Remembered): number {
  const own = [reservationOf(POOL, "c1"), reservationOf(POOL, "c1+90")];
  let sum = 0;
  for (let at = from as number; at < to; at++) {
    const isAt = ({ start, end }: { start: number; end: number | null }): boolean =>
      start <= at && (end === null || at < end);
    for (const bound of nodes.filter(isAt)) {
      const isHeld = [...known.reserved, ...known.runs].some(
        (each) =>
          own.includes(each.reservation ?? "") && each.nodes.includes(bound.node) && isAt(each),
      );
      const isOut = known.outages.some(
        (each) =>
          each.node === bound.node &&
          (isAt(each) || (each.isSilent && each.start - known.silence <= at && at < each.start)),
      );
      if (isHeld && !isOut) sum += bound.gpus;
    }
  }
  return Math.min(sum, heldGpuMs);
}

test("as much is metered as instants of GPUs are counted, never more than was held", () => {
  let billed = 0;
  fc.assert(
    fc.property(request, remembered, (asked, known) => {
      const reading = metered(POOL, asked, known);
      expect(reading).toEqual({
        contract: "c1",
        from: asked.from,
        to: asked.to,
        gpuMs: counted(asked, known),
      });
      if (reading.gpuMs > 0 && reading.gpuMs < asked.heldGpuMs) billed++;
    }),
    { numRuns: 3_000 },
  );
  expect(billed).toBeGreaterThan(300);
});

test("what stands in the accounting twice, or in parts, is metered once", () => {
  fc.assert(
    fc.property(request, remembered, time, (asked, known, cut) => {
      const parts = <T extends { start: number; end: number | null }>(all: readonly T[]): T[] =>
        all.flatMap((each) => {
          const isCut = each.start < cut && cut < (each.end ?? MOST);
          if (!isCut) return [each, each];
          return [
            each,
            Object.assign({}, each, { end: cut }),
            Object.assign({}, each, { start: cut }),
          ];
        });
      const again = {
        ...known,
        // Of a silent node's outage, a later part would be silent anew.
        outages: known.outages.flatMap((each) => (each.isSilent ? [each, each] : parts([each]))),
        reserved: parts(known.reserved),
        runs: parts(known.runs),
      };
      expect(metered(POOL, asked, again)).toEqual(metered(POOL, asked, known));
    }),
    { numRuns: 1_000 },
  );
});

test("windows that follow each other are metered as one", () => {
  fc.assert(
    fc.property(request, remembered, time, (asked, known, cut) => {
      fc.pre(asked.from < cut && cut < asked.to);
      const all = { ...asked, heldGpuMs: 1e9 };
      const first = metered(POOL, { ...all, to: cut }, known);
      const second = metered(POOL, { ...all, from: cut }, known);
      expect(first.gpuMs + second.gpuMs).toBe(metered(POOL, all, known).gpuMs);
    }),
    { numRuns: 1_000 },
  );
});
