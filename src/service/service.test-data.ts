import type { ExchangeCommand } from "../exchange/commands.ts";
import { accountOf } from "../exchange/trial.test-data.ts";
import { Bench, doing } from "../journal/journal.test-data.ts";
import type { Journal } from "../journal/journal.ts";
import { buyOf } from "../market/market.test-data.ts";
import type { OrderDraft } from "../market/market.test-data.ts";
import type { Cluster, ClusterReading, MeterRequest } from "../ports.ts";
import { at, minutes, POLICY, PRICE } from "../recall/recall.test-data.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { QUANTILES } from "../surplus/quantiles.ts";
import { assert, gpus, later, microUsd } from "../units.ts";
import { Service } from "./service.ts";

/** A cluster that shows and delivers what a test says. */
export class ToldCluster implements Cluster {
  readonly pool = "p";
  demand = 0;
  fabrics = [32, 32];
  declared: ClusterReading["declared"] = [];
  isUnseen = false;
  /** Share of what is held that is delivered. */
  share = 1;
  readonly asked: MeterRequest[] = [];

  async history() {
    return [];
  }

  async read(): Promise<ClusterReading> {
    if (this.isUnseen) throw new Error("no answer");
    const fabrics = ["a", "b"].map((id, i) => ({ id, gpus: gpus(this.fabrics[i] ?? 0) }));
    return { demand: gpus(this.demand), fabrics, declared: this.declared };
  }

  async meter(requests: readonly MeterRequest[]) {
    this.asked.push(...requests);
    return requests.map(({ heldGpuMs, ...window }) => ({
      ...window,
      gpuMs: Math.floor(heldGpuMs * this.share),
    }));
  }
}

/** Demand will be none, for certain. */
const IDLE = new Float64Array(QUANTILES.length);

function none(): Float64Array {
  return IDLE;
}

function idle(): DemandForecast {
  return { origin: at(0), mean: none, peak: none, windowPeak: none, chanceAtMost: () => 1 };
}

/** An installation with pool p (32 GPUs each in fabrics a and b), its service, and customer x with money. */
export class Life {
  readonly bench = new Bench();
  readonly cluster = new ToldCluster();
  readonly warnings: string[] = [];
  isForecast = true;
  readonly journal: Journal;
  readonly service: Service;
  #orders = 0;

  private constructor(bench: Bench, journal: Journal) {
    this.bench = bench;
    this.journal = journal;
    let ids = 0;
    const ports = {
      clock: { now: () => bench.now },
      ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` },
      clusters: [this.cluster],
      warn: (sentence: string) => void this.warnings.push(sentence),
      openFeed: () => ({
        read: () => undefined,
        forecast: () => (this.isForecast ? idle() : null),
      }),
    };
    this.service = new Service(journal, ports, minutes(10));
  }

  static async begin(): Promise<Life> {
    const bench = new Bench();
    bench.now = at(0);
    const life = new Life(bench, await bench.open());
    const fabrics = ["a", "b"].map((id) => ({ id, gpus: gpus(32) }));
    await life.do(
      { type: "create_account", account: accountOf("x") },
      {
        type: "deposit",
        account: "x",
        amount: microUsd(10n ** 9n),
        means: "manual",
        reference: "r",
      },
      { type: "open_pool", pool: { id: "p", sku: "H100", site: "", fabrics }, policy: POLICY },
      { type: "set_price", pool: "p", price: PRICE },
    );
    return life;
  }

  get state() {
    return this.journal.durable.state;
  }

  async do(...commands: readonly ExchangeCommand[]) {
    return this.journal.submit(doing(...commands));
  }

  async tickAt(minute: number): Promise<void> {
    this.bench.now = at(minute);
    await this.service.tick();
  }

  /** @returns why nothing was bought, or null */
  async buy(draft: Omit<OrderDraft, "id"> = {}) {
    const order = buyOf({ id: `o${(this.#orders += 1)}`, account: "x", ...draft });
    const { refusal } = await this.do({ type: "place_order", order, now: this.bench.now });
    return refusal;
  }

  held(minute: number): number {
    const window = { start: at(minute), end: later(at(minute), minutes(1)) };
    const pool = this.state.market.pools.get("p");
    assert(pool !== undefined, "pool p is open");
    return pool.holdings.heldInAll(window);
  }
}
