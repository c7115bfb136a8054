/**
 * One seed: a world is drawn, lived in and ended, all from one number. The same seed does the same, to the last event.
 */
import type { Random } from "../src/demo/random.ts";
import { chance, randomFrom } from "../src/demo/random.ts";
import type { Truth } from "./checks/truth.ts";
import { Installation } from "./installation.ts";
import { step } from "./steps.ts";
import type { OpenStore } from "./stores.ts";
import { openMemory } from "./stores.ts";
import { end } from "./ending.ts";

export interface SeedOptions {
  readonly seed: number;
  /** Commands to decide before the world ends. */
  readonly commands: number;
  readonly openStore?: OpenStore;
  /** Told of each command as it is decided, to see what a seed does. */
  readonly trace?: (line: string) => void;
}

export interface SeedOutcome {
  readonly seed: number;
  readonly steps: number;
  readonly commands: number;
  readonly events: number;
  /** Of the whole trace: equal for equal runs. */
  readonly hash: string;
  /** By type of command and what came of it, and by type of event. */
  readonly counts: ReadonlyMap<string, number>;
  /** Null: all went well. */
  readonly failure: { readonly step: number; readonly fault: unknown } | null;
}

const MOST_STEPS = 400;

export async function runSeed(options: SeedOptions): Promise<SeedOutcome> {
  const { seed, commands } = options;
  const stream = (name: string): Random => randomFrom(`${seed} ${name}`);
  const installation = await Installation.open(stream, options.openStore ?? openMemory);
  if (options.trace !== undefined) installation.trace = options.trace;
  const random = stream("steps");
  // A world without faults shows what a world with them hides.
  const isFaulty = chance(random, 0.75);
  let steps = 0;
  let fault: unknown = null;
  try {
    await installation.found();
    while (installation.commands < commands && steps < MOST_STEPS) {
      steps += 1;
      await step(installation, random, isFaulty);
      installation.check();
    }
    await end(installation);
    installation.check();
  } catch (caught) {
    fault = installation.fault ?? caught;
  }
  const { counts, truth } = installation;
  return {
    seed,
    steps,
    commands: installation.commands,
    events: truth.recorded.length,
    hash: installation.traceHash,
    counts: new Map([...counts, ...eventCounts(truth)]),
    failure: fault === null ? null : { step: steps, fault },
  };
}

function eventCounts({ counts }: Truth): (readonly [string, number])[] {
  return [...counts].map(([type, count]) => [`event ${type}`, count] as const);
}
