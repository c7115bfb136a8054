/** SSH as a program that is found first in PATH and runs, as sshd does, what it is given by a shell. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sshAccess } from "./ssh.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-ssh-"));
const path = process.env["PATH"] ?? "";

beforeAll(() => {
  const script = `#!/bin/sh
while [ "$1" != -- ]; do shift; done
case "$2" in
  closed) echo "ada@closed: Permission denied (publickey)." >&2; exit 255;;
  gone) echo "ssh: connect to host gone port 22: No route to host" >&2; exit 255;;
esac
[ $# -eq 3 ] || exit 99
exec sh -c "$3"
`;
  writeFileSync(join(folder, "ssh"), script);
  chmodSync(join(folder, "ssh"), 0o755);
  process.env["PATH"] = `${folder}:${path}`;
});

afterAll(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

test("words arrive as they are, with the environment that readers need", async () => {
  const hostile = 'a\'; touch /tmp/x; $(id) "b"\nc';
  const script = 'printf "%s|%s" "$1" "$SLURM_CONF"';
  const { stdout } = await sshAccess("login1", { slurmConf: "/a b/c" }).run("sh", [
    "-c",
    script,
    "sh",
    hostile,
  ]);
  expect(stdout).toBe(`${hostile}|/a b/c`);
});

test("a way that is closed, or leads nowhere, is named", async () => {
  await expect(sshAccess("closed").run("true", [])).rejects.toMatchObject({
    state: "denied",
  });
  await expect(sshAccess("gone").run("true", [])).rejects.toMatchObject({
    state: "unreachable",
    happened: expect.stringContaining("No route to host"),
  });
});

test("a tool's own code and its absence are not the way's", async () => {
  expect((await sshAccess("login1").run("sh", ["-c", "exit 3"])).code).toBe(3);
  const missing = sshAccess("login1").run("no-such-tool", []);
  await expect(missing).rejects.toMatchObject({ state: "tool_missing" });
});
