import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { epochMs } from "../units.ts";
import { withProgress } from "./progress.ts";

const START = Date.UTC(2026, 0, 29);

/** A terminal that keeps what is written to it, with the few calls that a bar makes on one. */
function terminal(isTTY: boolean): {
  stream: PassThrough & { isTTY: boolean };
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}

function walk(
  steps: number,
): (report: (done: number, at: ReturnType<typeof epochMs>) => void) => string {
  return (report) => {
    for (let i = 1; i <= steps; i += 1) report(i, epochMs(START + i * 3_600_000));
    return "walked";
  };
}

test("on a terminal it draws the share that is done and the date that the walk has reached", () => {
  const { stream, text } = terminal(true);
  expect(withProgress(stream, 48, walk(48))).toBe("walked");
  expect(text()).toContain("100 %");
  expect(text()).toContain("2026-01-31");
  expect(text()).toContain("left");
});

test("anywhere else it writes nothing", () => {
  const { stream, text } = terminal(false);
  expect(withProgress(stream, 48, walk(48))).toBe("walked");
  expect(text()).toBe("");
});

test("an error passes through and the bar is stopped, so that nothing keeps the process alive", () => {
  const { stream } = terminal(true);
  const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  expect(() =>
    withProgress(stream, 48, () => {
      throw new Error("the trace broke");
    }),
  ).toThrow("the trace broke");
  const after = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  expect(after).toBe(before);
});

test("it leaves Ctrl-C to the system", () => {
  const before = process.listenerCount("SIGINT");
  withProgress(terminal(true).stream, 2, () => {
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
