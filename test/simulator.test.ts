import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** As a reader would run it; its last lines say which seed failed, and how to live it again. */
function sim(...options: readonly string[]) {
  const run = spawnSync(process.execPath, ["sim/run.ts", ...options], {
    cwd: root,
    encoding: "utf8",
    timeout: 840_000,
  });
  return { code: run.status, said: `${run.stdout}${run.stderr}`.slice(-2_000) };
}

test("whatever happens to the service, what it promised and acknowledged holds", () => {
  const { code, said } = sim("--seeds", "10000");
  expect(code, said).toBe(0);
});

test("the same holds on PostgreSQL in the process", () => {
  const { code, said } = sim("--seeds", "50", "--pglite");
  expect(code, said).toBe(0);
});

test("nearly every planted bug is found within 1,500 seeds", () => {
  const { code, said } = sim("--mutants", "--seeds", "1500");
  expect(code, said).toBe(0);
});
