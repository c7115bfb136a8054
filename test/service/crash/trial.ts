import { setTimeout as pause } from "node:timers/promises";
import { randomFrom } from "../../../src/demo/random.ts";
import { newApiKey } from "../../../src/http/api-key.ts";
import { whole } from "../../../sim/draw.ts";
import type { Served } from "../server/served.ts";
import { serve } from "../server/served.ts";
import type { Task } from "../server/serve.ts";
import { gather } from "./gather.ts";
import { Line } from "./line.ts";
import { answersOf, unlikeRemembered } from "./totals.ts";

/** What is tried, and on what. */
export interface Trial {
  readonly store: Pick<Task, "databaseUrl" | "dataDir" | "ttlMs">;
  readonly kills: number;
  readonly seed: number;
  /** Left out: the server's process is killed. */
  readonly killStore?: () => Promise<void>;
  /** Whether all that stands in the store is as its journal says. @returns what is not; the server is not running */
  readonly verify: () => Promise<readonly string[]>;
  readonly told?: (kills: number, answers: number, lost: number) => void;
}

export interface Outcome {
  readonly wrong: readonly string[];
  readonly kills: number;
  /** Requests of which it is known what became of them, and attempts of which it was not. */
  readonly answers: number;
  readonly lost: number;
  /** Times that the server has ended by itself, because its store was gone. */
  readonly ends: number;
}

const CUSTOMERS = 6;
const SPEED = 120;
const FABRIC_GPUS = 256;
const LOAD_MS = [30, 700] as const;
const RECOLLECTED = 8;
const MOST_WRONG = 5;

/** Kills a market at random moments while customers trade on it. Whoever got an answer gets the same one ever after. */
export async function tryKills(trial: Trial): Promise<Outcome> {
  const random = randomFrom(`kills ${trial.seed}`);
  const ownerKey = newApiKey();
  const task: Task = { ...trial.store, ownerKey, speed: SPEED, fabricGpus: FABRIC_GPUS };
  const line = new Line();
  const keeper = new Keeper(task, line);
  await keeper.start();
  const customers = await gather(line, ownerKey, { count: CUSTOMERS, seed: trial.seed });
  const wrong: string[] = [];
  let done = 0;
  while (done < trial.kills && wrong.length < MOST_WRONG) {
    let isOver = false;
    const living = Promise.all(customers.map((each) => each.live(() => isOver)));
    await pause(whole(random, ...LOAD_MS));
    await (trial.killStore?.() ?? keeper.kill());
    // Customers whose request was cut off send it again; then all come to rest.
    isOver = true;
    await living;
    done += 1;
    const recollected = await Promise.all(customers.map((each) => each.recollect(RECOLLECTED)));
    wrong.push(...recollected.flat());
    trial.told?.(done, answersOf(customers), line.lost);
  }
  wrong.push(...(await unlikeRemembered(line, ownerKey, customers)));
  await keeper.stop();
  wrong.push(...(await trial.verify()));
  const answers = answersOf(customers);
  return { wrong, kills: done, answers, lost: line.lost, ends: keeper.ends };
}

/** Keeps a server running: whenever one is gone, there is another. */
class Keeper {
  ends = 0;
  readonly #task: Task;
  readonly #line: Line;
  #served: Served | null = null;
  #isStopping = false;

  constructor(task: Task, line: Line) {
    this.#task = task;
    this.#line = line;
  }

  async start(): Promise<void> {
    const served = await serve(this.#task);
    this.#served = served;
    this.#line.url = served.url;
    void served.ended.then(() => this.#next(served));
  }

  /** It gets no chance to say anything, and the next one is started at once. */
  async kill(): Promise<void> {
    const before = this.#served;
    this.#line.url = null;
    before?.kill("SIGKILL");
    this.#served = null;
    await before?.ended;
    await this.start();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#served?.kill("SIGKILL");
    await this.#served?.ended;
  }

  async #next(gone: Served): Promise<void> {
    if (this.#isStopping || this.#served !== gone) return;
    this.ends += 1;
    this.#line.url = null;
    await this.start().catch(async () => {
      // Its store is not there yet.
      await pause(200);
      await this.#next(gone);
    });
  }
}
