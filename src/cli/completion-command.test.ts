import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { completion } from "./completion-command.ts";
import { programOf } from "./program.ts";

const program = await programOf();
const bash = completion("bash", program);

/** What bash itself would offer behind these words. */
function offered(...words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `${bash}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _spillway; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.trim().split("\n");
}

test("bash completes commands, their commands, and the options of each", () => {
  expect(offered("spillway", "con")).toContain("contracts");
  expect(offered("spillway", "contracts", "e")).toEqual(["extend"]);
  expect(offered("spillway", "contracts", "extend", "--u")).toEqual(["--url", "--until"]);
  expect(offered("spillway", "buy", "64", "A100-80G", "--for", "4h", "--li")).toEqual(["--limit"]);
  expect(offered("spillway", "orders", "--st")).toEqual(["--status"]);
});

test("behind an option that takes a value no command is offered, and the shell completes files", () => {
  expect(offered("spillway", "login", "--key-file", "")).toEqual([""]);
  expect(offered("spillway", "orders", "--json", "c")).toEqual(["cancel"]);
});

test("one thing of a list is shown", () => {
  expect(offered("spillway", "contracts", "sh")).toEqual(["show"]);
  expect(offered("spillway", "contracts", "show", "--j")).toEqual(["--json"]);
});

test("every command is offered where it belongs", () => {
  const top = offered("spillway", "").filter((word) => !word.startsWith("-"));
  expect(top.toSorted()).toEqual(program.commands.map((each) => each.name()).toSorted());
});

test("zsh takes bash's, fish has its own, and other shells are told so", () => {
  expect(completion("zsh", program)).toMatch(/^#compdef spillway\n/);
  expect(completion("fish", program)).toContain(
    'complete -c spillway -n "__fish_seen_subcommand_from keys; and __fish_seen_subcommand_from create" -l scopes -r',
  );
  expect(() => completion("tcsh", program)).toThrow("bash, zsh or fish");
});
