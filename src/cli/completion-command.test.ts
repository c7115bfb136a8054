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

test("zsh takes bash's, fish has its own, and other shells are told so", () => {
  expect(completion("zsh", program)).toMatch(/^#compdef spillway\n/);
  expect(completion("fish", program)).toContain(
    'complete -c spillway -n "__fish_seen_subcommand_from keys; and __fish_seen_subcommand_from create" -l scopes',
  );
  expect(() => completion("tcsh", program)).toThrow("bash, zsh or fish");
});
