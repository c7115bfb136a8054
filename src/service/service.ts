/**
 * The life of an installation: its clusters are read step by step, what they bring is decided in the journal, and what
 * was delivered is metered. It asks for the time and never waits for it: whoever runs it calls `tick` and `minute`.
 *
 * States of a pool: unseen (nothing is sold) ⇄ seen. A pool is seen once its cluster has answered.
 */
import type { Desk } from "../journal/turn.ts";
import type { Journal } from "../journal/journal.ts";
import type { Order } from "../market/order.ts";
import type { Clock, Cluster, Ids } from "../ports.ts";
import type { HourUsage } from "../fleet/usage.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { floorTo, HOUR_MS } from "../units.ts";
import type { SolveAuction } from "./auction-turn.ts";
import { AuctionClearing, solveHere } from "./auction-turn.ts";
import type { Feed } from "./demand-feed.ts";
import { Delivering } from "./delivering.ts";
import { DemandFeed } from "./demand-feed.ts";
import { HolderJobs } from "./holder-jobs.ts";
import { metersDue, takeMeterReadings } from "./metering.ts";
import { passMinute } from "./minute-turn.ts";
import { rematch } from "./rematch.ts";
import { readCapacity, takeReading, withholdAll } from "./pool-turn.ts";

export interface ServicePorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly clusters: readonly Cluster[];
  /** Told of what an operator should know; never of secrets. */
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
  /** Told of what was done to a cluster. */
  readonly tell?: (deed: string, details: Readonly<Record<string, unknown>>) => void;
  /** How a pool's demand is forecast; by {@link DemandFeed} unless it is said. */
  readonly openFeed?: (history: readonly HourUsage[], now: EpochMs) => Feed;
  /** How auctions are solved; in this thread and with less effort, unless it is said. */
  readonly solveAuction?: SolveAuction;
}

const openDemandFeed: NonNullable<ServicePorts["openFeed"]> = (history, now) =>
  new DemandFeed(history, now);

export class Service {
  readonly #journal: Journal;
  readonly #ports: ServicePorts;
  /** From one reading of the clusters to the next. */
  readonly #step: DurationMs;
  readonly #feeds = new Map<string, Feed>();
  /** By SKU: the standing order that was tried last, if not all were. */
  readonly #tried = new Map<string, Order | null>();
  /** Why a pool's cluster cannot be seen. */
  readonly #unseen = new Map<string, string>();
  /** Goes on beside the minutes. */
  readonly clearing: AuctionClearing;
  /** What is sold, brought onto nodes: looks of its own, as often as whoever runs it calls for them. */
  readonly delivering: Delivering;
  readonly jobs: HolderJobs;

  constructor(journal: Journal, ports: ServicePorts, step: DurationMs) {
    this.#journal = journal;
    this.#ports = ports;
    this.#step = step;
    const { solveAuction: solve = solveHere, warn, tell = () => undefined } = ports;
    this.clearing = new AuctionClearing({ journal, solve, warn });
    const { clock, clusters } = ports;
    this.delivering = new Delivering({ journal, clock, clusters, tell, warn });
    this.jobs = new HolderJobs({ journal, clock, clusters, warn });
    for (const { pool } of ports.clusters) this.#unseen.set(pool, "not read yet");
  }

  /** Pools of which nothing is sold, and why. */
  get unseen(): ReadonlyMap<string, string> {
    return this.#unseen;
  }

  /** One step: every cluster is read and metered. @throws Unavailable where the journal no longer writes */
  async tick(): Promise<void> {
    for (const cluster of this.#ports.clusters) {
      await this.#read(cluster);
      await this.#rematch(cluster.pool);
      await this.#meter(cluster);
    }
  }

  /** To be called each minute of the service's clock. @throws Unavailable where the journal no longer writes */
  async minute(): Promise<void> {
    await this.#submit(passMinute);
    this.clearing.begin();
  }

  async #read(cluster: Cluster): Promise<void> {
    const { pool } = cluster;
    try {
      const feed = await this.#feedOf(cluster);
      const now = this.#ports.clock.now();
      const reading = await cluster.read(now);
      feed.read(now, reading.demand, readCapacity(reading));
      const recallId = (): string => this.#ports.ids.next("rec");
      const turn = { pool, reading, feed, step: this.#step, recallId };
      await this.#submit((desk) => takeReading(desk, turn));
      this.#unseen.delete(pool);
    } catch (fault) {
      this.#failIfStopped(fault);
      this.#unseen.set(pool, String(fault));
      this.#ports.warn("a cluster cannot be read: nothing more is sold of it", { pool, fault });
      await this.#submit((desk) => withholdAll(desk, pool));
    }
  }

  /** Also listings and what holders have given up may be what somebody waits for. */
  async #rematch(pool: string): Promise<void> {
    const sku = this.#journal.durable.state.market.pools.get(pool)?.config.sku ?? "";
    const before = this.#tried.get(sku) ?? null;
    let last: Order | null = before;
    await this.#submit((desk) => void (last = rematch(desk, sku, before)));
    this.#tried.set(sku, last);
  }

  /** The forecast begins with the past that the cluster remembers. */
  async #feedOf(cluster: Cluster): Promise<Feed> {
    const known = this.#feeds.get(cluster.pool);
    if (known !== undefined) return known;
    const now = this.#ports.clock.now();
    const { openFeed = openDemandFeed } = this.#ports;
    const feed = openFeed(await cluster.history(floorTo(now, HOUR_MS)), now);
    this.#feeds.set(cluster.pool, feed);
    return feed;
  }

  async #meter(cluster: Cluster): Promise<void> {
    const { state } = this.#journal.durable;
    const requests = metersDue(state, cluster.pool, state.market.now);
    if (requests.length === 0) return;
    try {
      const readings = await cluster.meter(requests);
      await this.#submit((desk) => {
        const refused = takeMeterReadings(desk, readings);
        if (refused.length > 0) this.#ports.warn("meter readings were refused", { refused });
      });
    } catch (fault) {
      this.#failIfStopped(fault);
      this.#ports.warn("a cluster's meters cannot be read", { pool: cluster.pool, fault });
    }
  }

  async #submit(turn: (desk: Desk) => void): Promise<void> {
    await this.#journal.submit((desk) => {
      turn(desk);
      return null;
    });
  }

  #failIfStopped(fault: unknown): void {
    if (this.#journal.stopped !== null) throw fault;
  }
}
