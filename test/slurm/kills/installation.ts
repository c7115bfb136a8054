/** A market on a lab, as programs of their own that are killed: Spillway, PostgreSQL and Slurm's daemons. */
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ask, type Method, type Parts } from "../../../src/client/client.ts";
import { Refused } from "../../../src/client/refused.ts";
import { runInside } from "../../../src/labs/slurm/inside.ts";
import type { Lab } from "../../../src/labs/slurm/lab.ts";
import { SLURM_CONF } from "../../../src/labs/slurm/paths.ts";
import { assert } from "../../../src/units.ts";
import type { TestServer } from "../../postgres.ts";
import { START } from "../daemons.ts";
import { type Typed, typeSpillway, until } from "../spillway.ts";

export const VICTIMS = ["slurmctld", "slurmd", "slurmdbd", "spillway", "postgresql"] as const;
export type Victim = (typeof VICTIMS)[number];

const POLICY = new URL("policy.json", import.meta.url).pathname;
const READY_MS = 60_000;
/** A killed one stays dead for up to so long, as it does until somebody or something starts it again. */
const MOST_DEAD_MS = 3_000;

export class Installation {
  readonly lab: Lab;
  readonly #dir: string;
  readonly #server: TestServer;
  readonly #databaseUrl: string;
  #spillway: Typed | null = null;
  /** The same after each start. */
  #port = "0";
  #isOver = false;

  constructor(lab: Lab, dir: string, server: TestServer, databaseUrl: string) {
    this.lab = lab;
    this.#dir = dir;
    this.#server = server;
    this.#databaseUrl = databaseUrl;
  }

  /** Starts Spillway; where it ends by itself, since its store was gone, it is started again. */
  async begin(): Promise<void> {
    this.#port = String(await freePort());
    await this.#start();
    void this.#keep();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#spillway?.child.kill("SIGTERM");
    await this.#spillway?.ended;
  }

  get #key(): string {
    return readFileSync(join(this.#dir, "data/owner.key"), "utf8").trim();
  }

  /** Asked again until there is an answer. @throws Refused; past the time, what was wrong last */
  async ask<Answer>(method: Method, path: string, parts: Parts = {}): Promise<Answer> {
    const end = performance.now() + READY_MS;
    for (;;) {
      try {
        return await ask<Answer>(
          { url: `http://127.0.0.1:${this.#port}`, key: this.#key },
          method,
          path,
          parts,
        );
      } catch (fault) {
        const isAnswer = fault instanceof Refused && fault.status < 500;
        if (isAnswer || performance.now() > end) throw fault;
        await pause(300);
      }
    }
  }

  async kill(victim: Victim, dead: number): Promise<void> {
    const pauseMs = dead * MOST_DEAD_MS;
    switch (victim) {
      case "spillway":
        // Whoever keeps it starts it again.
        this.#spillway?.child.kill("SIGKILL");
        return;
      case "postgresql":
        process.kill(this.#server.pid(), "SIGKILL");
        await pause(pauseMs);
        return this.#server.restart();
      case "slurmd":
        return this.#killNode(pauseMs);
      case "slurmctld":
      case "slurmdbd":
        break;
    }
    await this.#inside(`pkill -KILL -x ${victim}; sleep ${pauseMs / 1_000}; ${START[victim]}`);
  }

  async #killNode(pauseMs: number): Promise<void> {
    const script = `pid=$(pgrep -x slurmd | shuf -n 1)
name=$(tr '\\0' '\\n' < /proc/$pid/cmdline | grep -A 1 -x -e -N | tail -1)
kill -KILL $pid; sleep ${pauseMs / 1_000}; slurmd -N "$name" -f ${SLURM_CONF}`;
    await this.#inside(script);
  }

  async #inside(script: string): Promise<void> {
    const { code, stderr } = await runInside(this.lab.first, ["bash", "-c", script]);
    assert(code === 0, `it is started again: ${stderr}`);
  }

  async #start(): Promise<void> {
    const cluster = ["--cluster", join(this.#dir, "lab/cluster.json"), "--policy", POLICY];
    const store = ["--database-url", this.#databaseUrl, "--data-dir", join(this.#dir, "data")];
    const typed = typeSpillway(
      "serve",
      ...cluster,
      ...store,
      "--port",
      this.#port,
      "--log-level",
      "warn",
    );
    this.#spillway = typed;
    typed.child.stderr?.on("data", (text: string) => appendFileSync(join(this.#dir, "log"), text));
    await Promise.race([
      until(typed.output, (text) => text.includes("Ctrl-C stops"), READY_MS),
      typed.ended,
    ]);
  }

  async #keep(): Promise<void> {
    while (!this.#isOver) {
      await this.#spillway?.ended;
      if (this.#isOver) return;
      await pause(200);
      await this.#start().catch(() => null);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
