import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test("paths lose their folders, wherever they stand, and nothing else is touched", () => {
  const words = [
    "backtest",
    "/home/a/b.csv",
    "--html=/tmp/x/p.html",
    "--timezone",
    "Europe/Berlin",
  ];
  const paths = ["/home/a/b.csv", "/tmp/x/p.html"];
  expect(commandLine(words, paths)).toBe(
    "spillway backtest b.csv --html=p.html --timezone Europe/Berlin",
  );
});

test("a name that a shell would take apart is quoted", () => {
  const words = ["backtest", "/a/Bob's usage.csv"];
  expect(commandLine(words, ["/a/Bob's usage.csv"])).toBe(
    String.raw`spillway backtest 'Bob'\''s usage.csv'`,
  );
});
