import { spawn } from "node:child_process";
import { join } from "node:path";
import { MUTANTS } from "./all.ts";
import type { Mutant } from "./mutant.ts";
import { copyTree, plant } from "./plant.ts";

interface Hunt {
  readonly seeds: number;
  readonly from: number;
  readonly commands: number;
  readonly jobs: number;
  readonly only: string | undefined;
}

/** Of all planted bugs, so many must be found. */
const LEAST_FOUND = 0.95;

/**
 * Each planted bug in turn in a copy of the code, until a seed finds it.
 * @returns whether enough are found
 * @throws where the code fails as it stands, for then a failure says nothing of a planted bug
 */
export async function huntMutants(hunt: Hunt): Promise<boolean> {
  const chosen = MUTANTS.filter(({ name }) => hunt.only === undefined || name === hunt.only);
  const queue = [...chosen];
  const survivors: Mutant[] = [];
  const work = async (): Promise<void> => {
    const folder = copyTree();
    try {
      await demandSound(folder.path, hunt);
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const seeds = await seedsNeeded(folder.path, next, hunt);
        if (seeds === null) survivors.push(next);
        const found = seeds === null ? `NOT FOUND in ${hunt.seeds} seeds` : `found: ${seeds}`;
        console.log(`${next.name.padEnd(34)} ${next.does}\n${" ".repeat(34)} ${found}`);
      }
    } finally {
      folder.remove();
    }
  };
  await Promise.all(Array.from({ length: hunt.jobs }, work));
  const found = chosen.length - survivors.length;
  console.log(`${found} of ${chosen.length} planted bugs are found`);
  for (const { name, does } of survivors) console.log(`  not found: ${name}: ${does}`);
  return chosen.length > 0 && found >= LEAST_FOUND * chosen.length;
}

/** Seeds that the code must live through as it stands, before anything is planted in it. */
const SOUND_SEEDS = 20;

async function demandSound(folder: string, { from, commands }: Hunt): Promise<void> {
  const { code, errors } = await live(folder, { seeds: SOUND_SEEDS, from, commands });
  if (code !== 0) throw new Error(`without any planted bug it fails: ${errors.slice(0, 600)}`);
}

/** @returns what was said of the first seed that found it; null: none did */
async function seedsNeeded(folder: string, mutant: Mutant, hunt: Hunt): Promise<string | null> {
  const restore = plant(folder, mutant);
  try {
    const { code, errors } = await live(folder, hunt);
    if (code === 0) return null;
    const found = errors.split("\n").find((line) => /^seed \d+, step \d+: /.test(line));
    // A bug that keeps everything from running is found by no seed.
    if (found === undefined) console.log(`${mutant.name} does not run: ${errors.slice(0, 300)}`);
    return found ?? null;
  } finally {
    restore();
  }
}

function live(
  folder: string,
  { seeds, from, commands }: Pick<Hunt, "seeds" | "from" | "commands">,
) {
  const asked = ["--seeds", seeds, "--from", from, "--commands", commands].map(String);
  return run(folder, [...asked, "--jobs", "1", "--first"]);
}

function run(
  folder: string,
  options: readonly string[],
): Promise<{ readonly code: number | null; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["sim/run.ts", ...options], {
      cwd: folder,
      // All but one file is as it was for the mutant before.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, errors }));
  });
}
