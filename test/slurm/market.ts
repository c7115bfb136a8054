/** Contracts on a lab without a market: what should be is what a test says. */
import { setTimeout as pause } from "node:timers/promises";
import { readClusterFile } from "../../src/clusters/slurm/cluster-file.ts";
import { slurmDelivery } from "../../src/clusters/slurm/delivery/delivery.ts";
import { SlurmFault } from "../../src/clusters/slurm/fault.ts";
import { accessOf, readerOf } from "../../src/clusters/slurm/reach.ts";
import { sightOf } from "../../src/clusters/slurm/sight.ts";
import type { Allotment, Delivery, DeliveryReport } from "../../src/ports.ts";
import { realClock } from "../../src/server/clock.ts";
import {
  assert,
  durationMs,
  epochMs,
  type EpochMs,
  gpus,
  HOUR_MS,
  later,
} from "../../src/units.ts";

export interface Contract {
  readonly id: string;
  readonly holder: string;
  readonly nodes: readonly string[];
  readonly start?: EpochMs;
  readonly end?: EpochMs;
}

/** As the service does it. */
const EVERY_MS = 2_000;
const BEFORE_MS = 1_500;

export class LabMarket {
  readonly delivery: Delivery;
  readonly dry: Delivery;
  readonly faults: string[] = [];
  #allotments: readonly Allotment[] = [];
  #settling = true;

  constructor(dir: string, users: ReadonlyMap<string, string>) {
    const [plan] = readClusterFile(`${dir}/cluster.json`);
    const [pool] = plan?.pools ?? [];
    assert(plan !== undefined && pool !== undefined, "the lab has a pool");
    assert(plan.reach.by === "through", "the lab's tools are behind its namespaces");
    const sight = sightOf(readerOf(plan.reach, realClock));
    const setup = { access: accessOf(plan.reach), pool, users, clock: realClock, sight };
    this.delivery = slurmDelivery(setup);
    this.dry = slurmDelivery({ ...setup, isDryRun: true });
  }

  /** What should be at a time. */
  readonly allotted = (now: EpochMs): readonly Allotment[] =>
    this.#allotments
      .map((each) => ({ ...each, nodes: each.nodes.filter(({ end }) => end > now) }))
      .filter(({ nodes }) => nodes.length > 0);

  /** From now on, for an hour if nothing else is said. */
  sell({
    id,
    holder,
    nodes,
    start = realClock.now(),
    end = later(start, HOUR_MS),
  }: Contract): void {
    const bound = nodes.map((node) => ({ node, fabric: "f", gpus: gpus(8), start, end }));
    const sold = { contract: id, holder, start, end, nodes: bound, recalls: [] };
    this.#allotments = [...this.#allotments, sold];
  }

  /** As it was sold before. */
  adopt(allotment: Allotment): void {
    this.#allotments = [...this.#allotments, allotment];
  }

  /** @returns when it is due */
  recall(id: string, nodes: readonly string[], noticeMs: number): EpochMs {
    const noticed = realClock.now();
    const due = epochMs(noticed + noticeMs);
    this.#change(id, (each) => ({
      ...each,
      nodes: each.nodes.map((node) => (nodes.includes(node.node) ? { ...node, end: due } : node)),
      recalls: [
        ...each.recalls,
        { recall: `rcl_${due}`, noticed, due, gpus: gpus(8 * nodes.length) },
      ],
    }));
    return due;
  }

  withdraw(id: string): void {
    this.#change(id, (each) => ({
      ...each,
      nodes: each.nodes.map((node) => ({ ...node, end: each.end })),
      recalls: [],
    }));
  }

  end(id: string): void {
    this.#allotments = this.#allotments.filter(({ contract }) => contract !== id);
  }

  settle(): Promise<DeliveryReport> {
    return this.delivery.settle(this.allotted);
  }

  /** Settles again and again, as the service does, until it is told to stop. */
  async keepSettling(): Promise<void> {
    this.#settling = true;
    while (this.#settling) {
      await this.#settleOnce();
      const now = realClock.now();
      const ends = this.allotted(now).flatMap(({ nodes }) => nodes.map(({ end }) => end - now));
      await this.#pause(
        durationMs(Math.max(0, Math.min(EVERY_MS, ...ends.map((left) => left - BEFORE_MS)))),
      );
    }
  }

  /** A cluster that is not to be seen is seen at the next look. */
  async #settleOnce(): Promise<void> {
    try {
      const { faults } = await this.settle();
      this.faults.push(...faults.map(({ sentence }) => sentence));
    } catch (fault) {
      if (!(fault instanceof SlurmFault)) throw fault;
      this.faults.push(fault.message);
    }
  }

  stop(): void {
    this.#settling = false;
  }

  async #pause(ms: number): Promise<void> {
    // A recall may come meanwhile, and be due before the next look: the service wakes for it.
    const end = performance.now() + ms;
    const known = this.#allotments;
    while (performance.now() < end && this.#settling && known === this.#allotments) await pause(20);
  }

  #change(id: string, change: (allotment: Allotment) => Allotment): void {
    this.#allotments = this.#allotments.map((each) => (each.contract === id ? change(each) : each));
  }
}
