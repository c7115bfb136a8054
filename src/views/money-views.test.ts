import { expect, test } from "vitest";
import type { ExchangeCommand } from "../exchange/commands.ts";
import { boughtIn, openedTrial } from "../exchange/trial.test-data.ts";
import { buyOf } from "../market/market.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { FIRM, gpuMs, MINUTE_MS } from "../units.ts";
import { Views } from "./views.ts";

/** In minutes: minute 0 is at 10:40 UTC. */
const MIDNIGHT = 800;

/** Usage as it is shown once eight GPUs, bought from one minute to another, are metered until each of the ends. */
function daysOf(from: number, to: number, metered: readonly number[]) {
  const trial = openedTrial();
  const views = new Views();
  const show = (command: ExchangeCommand) => {
    const events = trial.do(command);
    for (const event of events) views.hear({ sequence: 1, at: at(0), event }, trial.state);
    return events;
  };
  const order = buyOf({ id: "o", account: "x", notice: FIRM, from, to });
  const { id: contract } = boughtIn(show({ type: "place_order", order, now: at(0) }));
  show({ type: "advance", now: at(to + 1) });
  for (const [index, end] of metered.entries()) {
    const start = metered[index - 1] ?? from;
    const amount = gpuMs(8 * (end - start) * MINUTE_MS);
    const reading = { contract, from: at(start), to: at(end), gpuMs: amount };
    show({ type: "record_usage", reading });
  }
  const usage = views.takeChanged().filter(({ kind }) => kind === "usage");
  return usage.map(({ body }) => body);
}

test("what is delivered until midnight is of the day that is over, and so is its price", () => {
  const ends = [MIDNIGHT - 60, MIDNIGHT];
  expect(daysOf(MIDNIGHT - 120, MIDNIGHT, ends)).toMatchObject([
    { day: "2023-03-28", gpu_hours: "16", amount: "16.00", tax: "3.04" },
  ]);
});

test("what is delivered from midnight on is of the new day", () => {
  const ends = [MIDNIGHT, MIDNIGHT + 30];
  expect(daysOf(MIDNIGHT - 60, MIDNIGHT + 30, ends)).toMatchObject([
    { day: "2023-03-28", gpu_hours: "8", amount: "8.00" },
    { day: "2023-03-29", gpu_hours: "4", amount: "4.00" },
  ]);
});
