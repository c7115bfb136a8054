/** The service's own parts on a market's clock of its own: a journal, a pool, and buyers who take whatever is offered. */
import { setTimeout as pause } from "node:timers/promises";
import type { ExchangeEvent } from "../src/exchange/commands.ts";
import type { MarketEvent } from "../src/market/events.ts";
import { Scorecard } from "../src/backtest/scorecard.ts";
import type { PoolConfig } from "../src/market/state.ts";
import { Journal } from "../src/journal/journal.ts";
import type { Policy } from "../src/policy/policy.ts";
import type { Clock, Cluster, Store } from "../src/ports.ts";
import { untilNext } from "../src/server/clock.ts";
import { randomIds } from "../src/server/ids.ts";
import { found } from "../src/service/found.ts";
import { Service } from "../src/service/service.ts";
import type { EpochMs } from "../src/units.ts";
import {
  assert,
  ceilTo,
  durationMs,
  microUsd,
  MINUTE_MS,
  ppm,
  scalePrice,
  wholeLots,
} from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { countTakenBack, type TakenBack } from "./trace-day-figures.ts";
import { HOLDER } from "./trace-day-tenants.ts";

export interface MarketSetup {
  readonly store: Store;
  readonly clock: Clock;
  readonly speed: number;
  readonly policy: Policy;
  readonly config: PoolConfig;
  readonly cluster: Cluster;
  /** Told what went wrong; a fault of delivery has a code. */
  readonly say: (sentence: string, code?: string) => void;
}

const TTL = durationMs(60_000);
/** Outside: from one look at the nodes to the next, and how long before nodes are given back it begins. */
const LOOK_EVERY_MS = 500;
const LOOK_BEFORE_MS = 800;
const RENEW_EVERY_MS = 2_000;

export class DayMarket {
  readonly score: Scorecard;
  readonly taken: TakenBack;
  readonly #setup: MarketSetup;
  readonly journal: Journal;
  readonly #service: Service;
  #isOpen = true;
  #working: Promise<unknown> = Promise.resolve();

  private constructor(journal: Journal, setup: MarketSetup) {
    const { policy, clock, cluster, say } = setup;
    this.journal = journal;
    this.#setup = setup;
    this.score = new Scorecard(
      policy.rungs.map(({ notice }) => notice),
      policy.lot,
    );
    this.taken = countTakenBack(this.score);
    journal.listen((events) => {
      if (this.#isOpen) for (const { event } of events) this.#hear(event);
    });
    const warn = (sentence: string, details: Readonly<Record<string, unknown>>): void =>
      say(`${sentence} ${told(details)}`, codeOf(details["code"]));
    const ports = { clock, ids: randomIds, clusters: [cluster], warn };
    this.#service = new Service(journal, ports, MINUTE_MS);
  }

  static async open(setup: MarketSetup): Promise<DayMarket> {
    const { store, clock, policy, config } = setup;
    const ports = { store, clock, ids: randomIds, wait: (time: number) => pause(time) };
    const journal = await Journal.open(ports, { writer: "bench", ttl: TTL });
    assert(journal !== "held_by_another", "nobody else writes");
    await found(journal, {
      owner: { name: "Owner", email: "owner@example.org" },
      key: { hash: "", hint: "" },
      pools: [{ config, policy, price: PRICE }],
    });
    await letIn(journal, clock.now());
    return new DayMarket(journal, setup);
  }

  /** Works until it is closed: reads and sells each minute, looks after its nodes in between. */
  begin(): void {
    const { clock, speed } = this.#setup;
    const toNextMinute = (): number => untilNext(clock.now(), MINUTE_MS, speed);
    this.#working = Promise.all([
      this.#repeat(toNextMinute, async () => {
        await this.#service.minute();
        await this.#service.tick();
        await this.#buy();
      }),
      this.#repeat(
        () => this.#untilLook(),
        () => this.#service.delivering.look(),
      ),
      this.#repeat(
        () => RENEW_EVERY_MS,
        () => this.journal.renew(),
      ),
    ]);
  }

  /** Counts what has been sold up to `end`. */
  async close(end: EpochMs): Promise<void> {
    this.#isOpen = false;
    await this.#working;
    const pool = this.journal.durable.state.market.pools.get(this.#setup.config.id);
    this.score.close(pool?.holdings.all() ?? [], end);
    await this.journal.close();
  }

  /** Of the exchange's events the score passes over all that are not the market's. */
  #hear(event: ExchangeEvent): void {
    this.score.listen(event as MarketEvent);
    if (event.type !== "contract_breached") return;
    const pool = this.journal.durable.state.market.pools.get(this.#setup.config.id);
    const { contract, gpus } = event.cut;
    this.#setup.say(`${gpus} GPUs of ${contract} are taken ${told(pool?.reading ?? {})}`, "breach");
  }

  #untilLook(): number {
    const { clock, speed } = this.#setup;
    const { due } = this.#service.delivering;
    const left = due === null ? Infinity : (due - clock.now()) / speed - LOOK_BEFORE_MS;
    return Math.min(LOOK_EVERY_MS, Math.max(0, left));
  }

  /** As the backtest's buyers do: at each notice, longest first, all that is sold there for as long as it is. */
  async #buy(): Promise<void> {
    const { policy, config } = this.#setup;
    const all = config.fabrics.reduce((sum, fabric) => sum + fabric.gpus, 0);
    await this.journal.submit((desk) => {
      const { now } = desk.state.market;
      const start = ceilTo(now, MINUTE_MS);
      for (const rung of policy.rungs) {
        const order = {
          id: randomIds.next("ord"),
          account: HOLDER,
          side: "buy",
          sku: config.sku,
          gpus: wholeLots(all, policy.lot),
          start: { earliest: start, latest: start },
          duration: { min: rung.duration, max: rung.duration },
          limit: scalePrice(PRICE, rung.priceFactor),
          noticeAtLeast: rung.notice,
          fabric: "any",
          fill: "partial",
          lifetime: "immediate",
          expires: null,
          contract: null,
        } as const;
        // What is not for sale now may be in a minute.
        desk.do({ type: "place_order", order, now });
      }
      return null;
    });
  }

  async #repeat(afterMs: () => number, work: () => Promise<void>): Promise<void> {
    while (this.#isOpen) {
      await work().catch((fault: unknown) => this.#setup.say(`missed: ${String(fault)}`));
      await pause(afterMs());
    }
  }
}

/** One holder of everything, with money for a day. */
export async function letIn(journal: Journal, created: EpochMs): Promise<void> {
  const account = {
    id: HOLDER,
    name: HOLDER,
    email: `${HOLDER}@example.org`,
    status: "active",
    payment: { kind: "prepaid" },
    taxRate: ppm(0),
    maxGpus: null,
    skus: null,
    accepted: null,
    created,
  } as const;
  const paid = { account: HOLDER, amount: microUsd(10n ** 15n), reference: "1" };
  const { refusal } = await journal.submit(
    (desk) =>
      desk.do({ type: "create_account", account }) ??
      desk.do({ type: "deposit", means: "manual", ...paid }),
  );
  assert(refusal === null, `the holder is let in: ${refusal}`);
}

function codeOf(code: unknown): string {
  return typeof code === "string" ? code : "other";
}

function told(details: object): string {
  return JSON.stringify(details, (_, value: unknown) =>
    value instanceof Error ? value.message : value,
  );
}
