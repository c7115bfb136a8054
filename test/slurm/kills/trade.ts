/** What goes on while daemons are killed: contracts are bought and used, and the owner's jobs come and take nodes back. */
import type { Random } from "../../../src/demo/random.ts";
import { TENANTS, TRAINER } from "../../../src/labs/slurm/users.ts";
import { whole } from "../../../sim/draw.ts";
import { inside, MANNERS, submitTenant } from "../tenants.ts";
import type { Installation } from "./installation.ts";

export interface ContractShape {
  readonly id: string;
  readonly account: string;
  readonly start: string;
  readonly end: string;
  readonly gpus: number;
  readonly status: string;
  readonly delivered_gpu_milliseconds: number;
  readonly nodes?: readonly {
    readonly node: string;
    readonly gpus: number;
    readonly from: string;
    readonly until: string;
  }[];
}

interface List<Item> {
  readonly data: readonly Item[];
}

const MOST_CONTRACTS = 5;
const OWNERS_JOB = ["--partition=owner", "--gres=gpu:8", "--time=2", "--output=/dev/null"];

/** Slurm is dead at times: what could not be done then is done at the next turn. */
async function ifItLives(work: () => Promise<void>): Promise<void> {
  await work().catch(() => {});
}

export class Trade {
  /** Owner's jobs that Slurm has confirmed. */
  readonly owners: string[] = [];
  bought = 0;
  readonly #installation: Installation;
  readonly #random: Random;
  readonly #used = new Set<string>();

  constructor(installation: Installation, random: Random) {
    this.#installation = installation;
    this.#random = random;
  }

  async open(): Promise<void> {
    for (const { name } of TENANTS) {
      const account = { id: name, name, email: `${name}@example.org` };
      await this.#installation.ask("POST", "/v1/accounts", { body: account });
      const deposit = { account: name, amount: "100000", reference: `first-of-${name}` };
      await this.#installation.ask("POST", "/v1/deposits", { body: deposit });
    }
  }

  contracts(): Promise<readonly ContractShape[]> {
    const query = { limit: 200 };
    return this.#installation
      .ask<List<ContractShape>>("GET", "/v1/contracts", { query })
      .then(({ data }) => data);
  }

  /** Buys what there is room for, and starts a job in each contract that has none. */
  async turn(): Promise<void> {
    const live = (await this.contracts()).filter(({ end }) => Date.parse(end) > Date.now());
    if (live.length < MOST_CONTRACTS) await this.#buy();
    for (const contract of live) {
      if (this.#used.has(contract.id) || (contract.nodes ?? []).length === 0) continue;
      await ifItLives(() => this.#use(contract));
    }
  }

  /** The owner wants some nodes for a while. */
  train(): Promise<void> {
    return ifItLives(async () => {
      const nodes = `--nodes=${whole(this.#random, 2, 4)}`;
      const words = [
        "sbatch",
        "--parsable",
        "--chdir=/tmp",
        ...OWNERS_JOB,
        nodes,
        "--wrap=sleep 30",
      ];
      this.owners.push(await inside(this.#installation.lab, words, { user: TRAINER }));
    });
  }

  async #buy(): Promise<void> {
    const { name: account } = TENANTS[whole(this.#random, 0, TENANTS.length - 1)] ?? TRAINER;
    const gpus = 8 * whole(this.#random, 1, 2);
    const duration = `${whole(this.#random, 3, 8)}m`;
    const terms = { limit_price: "2.00", notice_at_least: "1m", fabric: "one" };
    const body = { account, sku: "H100", gpus, duration, ...terms };
    const order = await this.#installation.ask<{ readonly status: string }>("POST", "/v1/orders", {
      body,
    });
    if (order.status === "filled") this.bought++;
  }

  async #use({ id, account, gpus }: ContractShape): Promise<void> {
    const user = TENANTS.find(({ name }) => name === account);
    const manner = MANNERS[whole(this.#random, 0, MANNERS.length - 1)];
    if (user === undefined || manner === undefined) return;
    await submitTenant(this.#installation.lab, {
      user,
      account: `spw-${account}`,
      reservation: `spw-lab_${id}`,
      partition: "market",
      nodes: gpus / 8,
      manner,
    });
    this.#used.add(id);
  }
}
