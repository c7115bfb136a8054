import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { MARKET_COMMANDS } from "./market/commands.ts";
import { programOf } from "./program.ts";

const program = await programOf();
const leaves = leavesOf(program, []);

interface Leaf {
  readonly words: readonly string[];
  readonly command: Command;
}

function leavesOf(command: Command, words: readonly string[]): Leaf[] {
  if (command.commands.length === 0) return words[0] === "help" ? [] : [{ words, command }];
  return command.commands.flatMap((each) => leavesOf(each, [...words, each.name()]));
}

/** What `--help` prints, with what was added to it. */
function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => void (help += text) });
  command.outputHelp();
  return help;
}

/** The lines that can be typed, as words; what is behind two spaces explains them. */
function examplesIn(help: string): string[][] {
  const lines = help.split("Examples:\n")[1]?.split("\n") ?? [];
  return lines
    .map((line) => /(?:\| |^ +)spillway (.*?)(?: {2,}.*)?$/.exec(line)?.[1] ?? "")
    .filter((line) => line !== "" && !line.includes("…"))
    .map((line) => [...line.matchAll(/"[^"]*"|'[^']*'|[^\s>]+/g)].map(([word]) => word));
}

test.each(leaves.map(({ words, command }) => [words.join(" "), command] as const))(
  "%s teaches by an example of its own, that it takes",
  (_, command) => {
    const examples = examplesIn(helpOf(command));
    expect(examples).not.toEqual([]);
    for (const words of examples) {
      const { typed, rest } = follow(words);
      expect(typed.name()).toBe(command.name());
      const options = rest.filter((word) => word.startsWith("--"));
      const known = typed.options.map(({ long }) => long);
      expect(known).toEqual(expect.arrayContaining(options));
      const mandatory = typed.options.filter((each) => each.mandatory).map(({ long }) => long);
      expect(options).toEqual(expect.arrayContaining(mandatory));
    }
  },
);

/** The command that the words name: where none is named within a group, the first of it is meant. */
function follow(words: readonly string[]): { typed: Command; rest: readonly string[] } {
  let typed: Command = program;
  let rest = words;
  for (;;) {
    const [word = "", ...others] = rest;
    const next = typed.commands.find((each) => [each.name(), ...each.aliases()].includes(word));
    if (next !== undefined) [typed, rest] = [next, others];
    else if (typed.commands[0] === undefined) return { typed, rest };
    else typed = typed.commands[0];
  }
}

test("the folder's README names every command that asks a server", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const unnamed = MARKET_COMMANDS.flatMap(([, commands]) => commands.map((make) => make().name()));
  expect(unnamed.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test("a group shows one example of each of its commands", () => {
  const shelf = program.commands.find((each) => each.name() === "shelf");
  const shown = shelf === undefined ? [] : examplesIn(helpOf(shelf));
  expect(shown.map(([, verb]) => verb)).toEqual(shelf?.commands.map((each) => each.name()));
});
