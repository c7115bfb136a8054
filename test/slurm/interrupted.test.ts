/** A lab whose `up` does not come to its end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isAlive } from "../../src/labs/slurm/processes.ts";
import { readRecord } from "../../src/labs/slurm/record.ts";
import { assert } from "../../src/units.ts";
import { lab, type Typed, typeLab, until } from "./spillway.ts";
import { NONE, tracesOf } from "./traces.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-labs-"));
const dir = join(root, "lab");

afterAll(async () => {
  await lab("down", "--dir", dir);
  rmSync(root, { recursive: true, force: true });
});

async function upTo(step: string): Promise<Typed> {
  const typed = typeLab("up", "--dir", dir, "--nodes", "2");
  await until(typed.errors, (errors) => errors.includes(step), 60_000);
  return typed;
}

test.each(["namespaces", "MariaDB", "slurmd on"])(
  "interrupted at %s, it leaves nothing",
  async (step) => {
    const { child, ended } = await upTo(step);
    const look = tracesOf(dir);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(stderr).toContain("interrupted: nothing is left of the lab");
    expect(code).toBe(1);
    expect(look()).toEqual(NONE);
  },
);

test("killed, it leaves what the next up or down takes away", async () => {
  const { child, ended } = await upTo("slurmdbd");
  const twice = await lab("up", "--dir", dir);
  expect(twice).toMatchObject({ code: 3, stderr: expect.stringContaining("being brought up") });
  child.kill("SIGKILL");
  await ended;
  expect((await lab("status", "--dir", dir)).stdout).toContain("ended without being taken down");
  expect((await lab("exec", "--dir", dir, "sinfo")).code).toBe(5);
  const old = readRecord(dir)?.first;
  assert(old !== undefined && old !== null, "its first process was written down");
  expect(isAlive(old)).toBe(true);
  expect((await lab("up", "--dir", dir, "--nodes", "2")).code).toBe(0);
  expect(isAlive(old)).toBe(false);
  const look = tracesOf(dir);
  expect((await lab("down", "--dir", dir)).code).toBe(0);
  expect(look()).toEqual(NONE);
});
