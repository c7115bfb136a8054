import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { turnstile } from "./turnstile.ts";

test("one works at a time, in order of arrival", async () => {
  const inTurn = turnstile(1_000);
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    seen.push(`${name} begins`);
    await sleep(5);
    seen.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all(["a", "b", "c"].map((name) => inTurn(work(name))))).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("who waits too long is sent away, does nothing and holds up nobody", async () => {
  const inTurn = turnstile(20);
  let worked = false;
  const slow = inTurn(() => sleep(60, "slow"));
  const late = inTurn(async () => {
    worked = true;
  });
  await expect(late).rejects.toThrow("20 ms passed");
  expect(await slow).toBe("slow");
  expect(await inTurn(async () => "next")).toBe("next");
  expect(worked).toBe(false);
});

test("work that fails lets the next one in", async () => {
  const inTurn = turnstile(1_000);
  const failing = inTurn(() => Promise.reject(new Error("broken")));
  const next = inTurn(async () => "next");
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("next");
});
