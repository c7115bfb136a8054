import { expect, test } from "vitest";
import type { ExchangeCommand } from "../exchange/commands.ts";
import { openedTrial } from "../exchange/trial.test-data.ts";
import { buyOf } from "../market/market.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { MOST_TRIED, rematch } from "./rematch.ts";

function standing(count: number) {
  const trial = openedTrial();
  for (let index = 0; index < count; index++) {
    const limit = BigInt(1 + (count - index));
    const terms = { lifetime: "standing", expires: at(200) } as const;
    const order = buyOf({ id: `o${index}`, account: "x", from: 20, to: 60, limit, terms });
    trial.do({ type: "place_order", order, now: at(0) });
  }
  const tried: string[] = [];
  const command = (each: ExchangeCommand): null => {
    if (each.type === "match_order") tried.push(each.order);
    return null;
  };
  return { tried, desk: { state: trial.state, do: command } };
}

test("all orders of a SKU are tried in the end, so many in a turn, and then the best again", () => {
  const { tried, desk } = standing(MOST_TRIED + 2);
  expect(rematch(desk, "A100", null)).toBeNull();
  expect(tried).toEqual([]);
  const last = rematch(desk, "H100", null);
  expect([tried.length, tried[0], last?.id]).toEqual([MOST_TRIED, "o0", `o${MOST_TRIED - 1}`]);
  tried.length = 0;
  expect(rematch(desk, "H100", last)).toBeNull();
  expect(tried).toEqual([`o${MOST_TRIED}`, `o${MOST_TRIED + 1}`]);
});

test("it goes on behind an order that has left the line since, and begins anew behind the last", () => {
  const { tried, desk } = standing(3);
  const [best, next, worst] = [...desk.state.market.book.buys()];
  if (best === undefined || next === undefined || worst === undefined)
    throw new Error("three rest");
  rematch(desk, "H100", { ...next, id: "gone" });
  expect(tried).toEqual([worst.id]);
  rematch(desk, "H100", worst);
  expect(tried.slice(1)).toEqual([best.id, next.id, worst.id]);
});
