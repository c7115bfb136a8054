import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { epochMs } from "../units.ts";
import { type Progress, startProgress } from "./progress.ts";

const START = Date.UTC(2026, 0, 29);

interface Terminal {
  readonly stream: PassThrough & { readonly isTTY: boolean };
  readonly text: () => string;
}

/** A terminal that keeps what is written to it. */
function terminal(isTTY: boolean): Terminal {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}

function walk({ update }: Progress): void {
  for (let hour = 1; hour <= 48; hour += 1) update(hour / 48, epochMs(START + hour * 3_600_000));
}

function pendingTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

test("on a terminal it draws the trace, the share that is done and the date that is reached", () => {
  const { stream, text } = terminal(true);
  const progress = startProgress("a100.csv", stream);
  walk(progress);
  progress.stop();
  for (const fact of ["a100.csv", "100 %", "2026-01-31", "left"]) expect(text()).toContain(fact);
});

test("anywhere else it writes nothing", () => {
  const { stream, text } = terminal(false);
  const progress = startProgress("a100.csv", stream);
  walk(progress);
  progress.stop();
  expect(text()).toBe("");
});

test("once stopped, even in the middle, nothing keeps the process alive or draws again", () => {
  const { stream, text } = terminal(true);
  const before = pendingTimers();
  const progress = startProgress("a100.csv", stream);
  progress.update(0.4, epochMs(START));
  progress.stop();
  const drawn = text();
  progress.update(0.6, epochMs(START));
  expect(pendingTimers()).toBe(before);
  expect(text()).toBe(drawn);
});

test("it leaves Ctrl-C to the system", () => {
  const before = process.listenerCount("SIGINT");
  const progress = startProgress("a100.csv", terminal(true).stream);
  expect(process.listenerCount("SIGINT")).toBe(before);
  progress.stop();
});

test("a trace's name can neither steer the terminal nor break the bar", () => {
  const { stream, text } = terminal(true);
  const progress = startProgress(`\u001B]0;owned\u0007{bar}\n${"x".repeat(90)}`, stream);
  progress.stop();
  expect(text()).toContain(`bar${"x".repeat(24)}…`);
  expect(text()).not.toContain("owned");
});
