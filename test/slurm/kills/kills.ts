/**
 * Kills Slurm's daemons, Spillway and PostgreSQL while contracts are sold, used, recalled and ended on a lab: one in three
 * at the full minute, when contracts begin, end and are due, the others in between.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { whole } from "../../../sim/draw.ts";
import { randomFrom } from "../../../src/demo/random.ts";
import { bringUp, takeDown } from "../../../src/labs/slurm/lab.ts";
import type { TestServer } from "../../postgres.ts";
import { verifyAt } from "../../service/crash/stores.ts";
import { Installation, VICTIMS } from "./installation.ts";
import { Trade } from "./trade.ts";
import { amiss, overbilled, ownersWaits, sharedNodes } from "./watch.ts";

export interface KillsOfCluster {
  readonly server: TestServer;
  readonly kills: number;
  readonly seed: number;
  readonly told: (sentence: string) => void;
}

export interface KillsOutcome {
  readonly wrong: readonly string[];
  readonly kills: number;
  readonly bought: number;
  readonly ownersJobs: number;
  /** Jobs that were confirmed, and that Slurm has forgotten. */
  readonly forgotten: number;
  /** Seconds from a kill until all was as it should be, in order. */
  readonly mended: readonly number[];
  /** Seconds that the owner's jobs waited, in order. */
  readonly waited: readonly number[];
}

const NODES = 6;
const MENDED_MS = 30_000;
/** The policy's, and what a kill may add. */
const MOST_WAIT_S = 180 + MENDED_MS / 1_000;
const MINUTE = 60_000;
/** Milliseconds after a full minute: one kill after the other in each of these. */
const WHEN_MS = [
  [-500, 500],
  [16_000, 24_000],
  [34_000, 44_000],
] as const;
const TURN_MS = 8_000;
const TRAIN_MS = 75_000;
const WATCH_MS = 2_000;
const MOST_WRONG = 20;

export async function killsOfCluster(wanted: KillsOfCluster): Promise<KillsOutcome> {
  const root = mkdtempSync(join(tmpdir(), "spillway-kills-"));
  const dir = join(root, "lab");
  try {
    const lab = await bringUp(dir, NODES);
    const databaseUrl = await wanted.server.freshDatabase();
    const installation = new Installation(lab, root, wanted.server, databaseUrl);
    await installation.begin();
    try {
      return await new Killing(installation, wanted, databaseUrl).run();
    } finally {
      await installation.end();
    }
  } finally {
    await takeDown(dir);
    rmSync(root, { recursive: true, force: true });
  }
}

/** Until it is so many milliseconds past a full minute. */
function untilNext(ms: number): number {
  const now = Date.now();
  const next = Math.floor(now / MINUTE) * MINUTE + ms;
  return next > now ? next - now : next + MINUTE - now;
}

class Killing {
  readonly #installation: Installation;
  readonly #wanted: KillsOfCluster;
  readonly #databaseUrl: string;
  readonly #random: ReturnType<typeof randomFrom>;
  readonly #trade: Trade;
  readonly #wrong = new Set<string>();
  readonly #mended: number[] = [];
  #isOver = false;

  constructor(installation: Installation, wanted: KillsOfCluster, databaseUrl: string) {
    this.#installation = installation;
    this.#wanted = wanted;
    this.#databaseUrl = databaseUrl;
    this.#random = randomFrom(`kills of a cluster ${wanted.seed}`);
    this.#trade = new Trade(installation, randomFrom(`trade on a cluster ${wanted.seed}`));
  }

  async run(): Promise<KillsOutcome> {
    const { lab } = this.#installation;
    await this.#trade.open();
    const going = [
      this.#repeat(TURN_MS, () => this.#trade.turn()),
      this.#repeat(TRAIN_MS, () => this.#trade.train()),
      this.#repeat(WATCH_MS, () => this.#watch()),
    ];
    const { kills, told } = this.#wanted;
    for (let done = 0; done < kills && this.#wrong.size < MOST_WRONG; done++) {
      told(`${done} of ${kills} kills: ${await this.#killOne(done)}`);
    }
    this.#isOver = true;
    await Promise.all(going);
    const waits = await ownersWaits(lab, this.#trade.owners);
    const waited = waits.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
    for (const { job, seconds } of waits) {
      if (seconds !== null && seconds > MOST_WAIT_S)
        this.#wrong.add(`job ${job} waited ${seconds} s`);
    }
    for (const each of overbilled(await this.#trade.contracts())) this.#wrong.add(each);
    await this.#installation.end();
    const store = await verifyAt({ databaseUrl: this.#databaseUrl, dataDir: "" });
    return {
      wrong: [...this.#wrong, ...store],
      kills: this.#mended.length,
      bought: this.#trade.bought,
      ownersJobs: this.#trade.owners.length,
      forgotten: this.#trade.owners.length - waits.length,
      mended: this.#mended.toSorted((a, b) => a - b),
      waited: waited.toSorted((a, b) => a - b),
    };
  }

  /** @returns what was killed, and how long it took to mend */
  async #killOne(index: number): Promise<string> {
    const [from, to] = WHEN_MS[index % WHEN_MS.length] ?? WHEN_MS[0];
    await pause(untilNext(whole(this.#random, from, to)));
    const victim = VICTIMS[Math.floor(index / WHEN_MS.length) % VICTIMS.length] ?? "slurmctld";
    await this.#installation.kill(victim, this.#random());
    const began = performance.now();
    const seconds = await this.#untilMended(victim, began);
    this.#mended.push(seconds);
    return `${victim}, mended in ${seconds.toFixed(1)} s`;
  }

  async #untilMended(victim: string, began: number): Promise<number> {
    for (;;) {
      const found = await this.#amiss();
      const took = performance.now() - began;
      if (found.length === 0) return took / 1_000;
      if (took > MENDED_MS) {
        for (const each of found) {
          const sentence = `30 s after ${victim} was killed: ${each}`;
          this.#wanted.told(sentence);
          this.#wrong.add(sentence);
        }
        return took / 1_000;
      }
      await pause(500);
    }
  }

  async #amiss(): Promise<string[]> {
    const installation = this.#installation;
    try {
      const ask: Installation["ask"] = (method, path, parts) =>
        installation.ask(method, path, parts);
      return await amiss({ lab: installation.lab, ask }, await this.#trade.contracts());
    } catch (fault) {
      return [`nothing is to be seen: ${String(fault)}`];
    }
  }

  async #watch(): Promise<void> {
    for (const each of await sharedNodes(this.#installation.lab)) this.#wrong.add(each);
  }

  async #repeat(ms: number, work: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      // What can't be done while something is dead is done at the next turn.
      await work().catch(() => {});
      for (let waited = 0; waited < ms && !this.#isOver; waited += 200) await pause(200);
    }
  }
}
