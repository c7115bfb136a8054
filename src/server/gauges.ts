import { Gauge, type Registry } from "prom-client";
import { OWNER } from "../accounts/account.ts";
import type { PoolState } from "../market/state.ts";
import { capacityOf } from "../market/state.ts";
import { formatNotice } from "../policy/duration.ts";
import type { Viewer } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { floorTo, later, MINUTE_MS } from "../units.ts";
import type { MeteredParts } from "./metrics.ts";

type Labels = Readonly<Record<string, string>>;
type Reading = readonly (readonly [value: number, labels?: Labels])[];

/** As everyone who may see everything. */
const ALL: Viewer = { account: OWNER, sees: "all" };

/** Adds what is read from the durable state, and from the store, whenever it is asked for. */
export function addGauges(registry: Registry, parts: MeteredParts): void {
  const { journal, service, store } = parts;
  const { state } = journal.durable;
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Reading | Promise<Reading>,
  ): void => {
    const made = new Gauge({
      name: `spillway_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const reading = await read();
        made.reset();
        for (const [value, labels = {}] of reading) made.set(labels, value);
      },
    });
  };
  const pools = (value: (pool: PoolState) => number) => (): Reading =>
    [...state.market.pools].map(([pool, each]) => [value(each), { pool }]);

  gauge("journal_sequence", "The last durable event", [], () => [[journal.durable.sequence]]);
  gauge("journal_waiting", "Turns that wait to be decided", [], () => [[journal.waiting]]);
  gauge("journal_writing", "1 while this process writes", [], () => [
    [journal.stopped === null ? 1 : 0],
  ]);
  gauge("market_time_seconds", "The market's clock", [], () => [[state.market.now / 1_000]]);
  gauge(
    "pool_capacity_gpus",
    "GPUs that the cluster showed last",
    ["pool"],
    pools(({ reading }) => capacityOf(reading)),
  );
  gauge(
    "pool_demand_gpus",
    "GPUs that the owner wanted last",
    ["pool"],
    pools(({ reading }) => reading.demand),
  );
  gauge("pool_sold_gpus", "GPUs that are sold now, by notice", ["pool", "notice"], () =>
    [...state.market.pools].flatMap(([pool, each]) => soldNow(pool, each, state.market.now)),
  );
  gauge("pool_unseen", "1 where the cluster can't be seen, and nothing is sold", ["pool"], () =>
    [...state.market.pools.keys()].map((pool) => [service.unseen.has(pool) ? 1 : 0, { pool }]),
  );
  gauge("contracts", "Contracts that are not over", [], () => [[state.market.contracts.size]]);
  gauge("orders_resting", "Orders in the book", [], () => [[state.market.book.size]]);
  gauge("recalls_noticed", "Recalls that are noticed and not yet handed over", [], () => [
    [state.market.recalls.size],
  ]);
  gauge(
    "webhook_backlog_events",
    "Events that the slowest live endpoint is behind",
    [],
    async () => {
      const endpoints = await store.webhooks.list(ALL);
      const live = endpoints.filter(({ status }) => status === "active");
      const behind = live.map(({ cursor }) => Math.max(0, journal.durable.sequence - cursor));
      return [[Math.max(0, ...behind)]];
    },
  );
  gauge("webhook_endpoints_given_up", "Endpoints that did not answer for a day", [], async () => {
    const endpoints = await store.webhooks.list(ALL);
    return [[endpoints.filter(({ status }) => status === "given_up").length]];
  });
}

/** What is held at each notice, of which the holdings tell what is held at it or at a longer one. */
function soldNow(pool: string, { policy, holdings }: PoolState, now: EpochMs): Reading {
  const start = floorTo(now, MINUTE_MS);
  const window = { start, end: later(start, MINUTE_MS) };
  const longestFirst = policy.rungs.map(({ notice }) => notice).toSorted((a, b) => b - a);
  let longer = 0;
  return longestFirst.map((notice) => {
    const atLeast = holdings.heldAtLeast(notice, window);
    const sold = atLeast - longer;
    longer = atLeast;
    return [sold, { pool, notice: formatNotice(notice) }];
  });
}
