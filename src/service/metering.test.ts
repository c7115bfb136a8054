import { expect, test } from "vitest";
import { boughtIn, openedTrial } from "../exchange/trial.test-data.ts";
import { buyOf } from "../market/market.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { MINUTE_MS } from "../units.ts";
import { metersDue } from "./metering.ts";

/** In minutes: minute 0 is at 10:40 UTC. */
const MIDNIGHT = 800;

test("no meter is asked across midnight, however late it is read", () => {
  const trial = openedTrial();
  const range = { from: MIDNIGHT - 60, to: MIDNIGHT + 90 };
  const order = buyOf({ id: "o", account: "x", ...range });
  const { id: contract } = boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
  trial.advance(at(range.to));
  const parts = [
    [MIDNIGHT - 60, MIDNIGHT],
    [MIDNIGHT, range.to],
  ] as const;
  expect(metersDue(trial.state, "p", at(range.to))).toEqual(
    parts.map(([from, to]) => {
      const heldGpuMs = 8 * (to - from) * MINUTE_MS;
      return { contract, from: at(from), to: at(to), heldGpuMs, nodes: [] };
    }),
  );
});
