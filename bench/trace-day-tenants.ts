/** The holders' work on a lab: on each node of a contract a job of the holder's, for as long as the node is its. */
import type { Binding, BoundNode } from "../src/delivery/binding.ts";
import { accountOf, reservationOf } from "../src/clusters/slurm/delivery/names.ts";
import { runInside } from "../src/labs/slurm/inside.ts";
import type { Lab } from "../src/labs/slurm/lab.ts";
import { homeOf, TENANTS } from "../src/labs/slurm/users.ts";
import type { EpochMs } from "../src/units.ts";
import { assert, HOUR_MS } from "../src/units.ts";
import { inside } from "./trace-day-owner.ts";

const [TENANT] = TENANTS;
assert(TENANT !== undefined, "the lab has tenants");
export const HOLDER = TENANT.name;
const HOME = homeOf(TENANT);

export class Tenants {
  readonly #lab: Lab;
  readonly #pool: string;
  readonly #say: (sentence: string) => void;
  /** Nodes that have a job, by contract and node and when it got it. */
  readonly #submitted = new Set<string>();

  constructor(lab: Lab, pool: string, say: (sentence: string) => void) {
    this.#lab = lab;
    this.#pool = pool;
    this.#say = say;
  }

  /** Submits what is lacking; where the reservation is not there yet, at the next call. */
  async follow(bindings: Iterable<Binding>, now: EpochMs): Promise<void> {
    for (const { contract, nodes } of bindings) {
      for (const node of nodes.filter(({ start, end }) => start <= now && end > now)) {
        const name = `${contract} ${node.node} ${node.start}`;
        if (this.#submitted.has(name)) continue;
        if (await this.#submit(contract, node)) this.#submitted.add(name);
      }
    }
  }

  async #submit(contract: string, { node }: BoundNode): Promise<boolean> {
    const words = [
      "sbatch",
      "--partition=market",
      `--account=${accountOf(HOLDER)}`,
      `--reservation=${reservationOf(this.#pool, contract)}`,
      `--chdir=${HOME}`,
      "--output=/dev/null",
      "--comment=spillway",
      `--nodelist=${node}`,
      "--gres=gpu:8",
      "--wrap=srun sleep 86400",
    ];
    assert(TENANT !== undefined, "the lab has tenants");
    const { code, stderr } = await runInside(this.#lab.first, words, { user: TENANT });
    if (code !== 0) this.#say(`no job of the holder's yet on ${node}: ${stderr.trim()}`);
    return code === 0;
  }

  /** GPU-hours that the tenants' jobs had, on the market's clock, by Slurm's own accounting. */
  async gpuHours(speed: number): Promise<number> {
    const words = ["sacct", "-naXP", "-A", accountOf(HOLDER), "-o", "ElapsedRaw"];
    const seconds = (await inside(this.#lab, words)).split("\n").map(Number);
    return (seconds.reduce((sum, each) => sum + each, 0) * 8 * 1_000 * speed) / HOUR_MS;
  }
}
