import type { ExchangeCommand, ExchangeRefusal } from "../src/exchange/commands.ts";
import { scopesOf } from "../src/accounts/roles.ts";
import type { Desk } from "../src/journal/turn.ts";
import { stateHash } from "../src/exchange/state.ts";
import type { Random } from "../src/demo/random.ts";
import type { Ids, Store } from "../src/ports.ts";
import { heldThroughout } from "../src/contracts/contract.ts";
import { capacityOf } from "../src/market/state.ts";
import { ceilTo, epochMs, later, microUsd, MINUTE_MS } from "../src/units.ts";
import type { Cast } from "./actors/cast.ts";
import { drawCast } from "./actors/cast.ts";
import { Truth, UNKEYED } from "./checks/truth.ts";
import type { Ask } from "./clients.ts";
import { Clients } from "./clients.ts";
import { LEASE_TTL, Process } from "./process.ts";
import type { OpenStore } from "./stores.ts";
import { SimulatedTime } from "./time.ts";
import { UnrulyCluster } from "./unruly-cluster.ts";
import { demand, Violation } from "./violation.ts";
import type { World } from "./world.ts";
import { drawWorld } from "./world.ts";

type Stream = (name: string) => Random;

/** Everything that a seed lives with: the store, the processes in front of it, its clusters and its clients. */
export class Installation {
  readonly world: World;
  readonly cast: Cast;
  readonly time: SimulatedTime;
  readonly truth = new Truth();
  readonly clients: Clients;
  readonly clusters: readonly UnrulyCluster[];
  readonly counts = new Map<string, number>();
  readonly store: Store;
  readonly ids: Ids;
  commands = 0;
  fault: unknown = null;
  /** Told of each command as it is decided; null: nobody listens. */
  trace: ((line: string) => void) | null = null;
  /** The one that writes; others may believe that they do. */
  process: Process | null = null;
  readonly zombies: Process[] = [];
  #started = 0;
  readonly #solving: Random;
  readonly #keys = new Map<string, number>();

  private constructor(stream: Stream, world: World, time: SimulatedTime, store: Store) {
    this.world = world;
    this.cast = drawCast(stream("cast"));
    this.time = time;
    this.store = store;
    this.#solving = stream("solving");
    this.clusters = world.pools.map((pool) => new UnrulyCluster(pool, stream(pool.config.id)));
    this.clients = new Clients(this.truth, time.clock, this.broken);
    let ids = 0;
    this.ids = { next: (prefix) => `${prefix}_${(ids += 1)}` };
  }

  static async open(stream: Stream, openStore: OpenStore): Promise<Installation> {
    const world = drawWorld(stream("world"));
    const time = new SimulatedTime(world.start);
    const store = await openStore(() => time.store);
    return new Installation(stream, world, time, store);
  }

  readonly broken = (fault: unknown): void => {
    this.fault ??= fault;
  };

  /** The first things that an owner does: pools, prices, customers, and their money. */
  async found(): Promise<void> {
    await this.start();
    this.ask("owner", (desk) => {
      for (const account of this.world.accounts) {
        desk.do({
          type: "create_account",
          account: { ...account, created: desk.state.market.now },
        });
      }
      for (const { config, policy, price } of this.world.pools) {
        desk.do({ type: "open_pool", pool: config, policy });
        desk.do({ type: "set_price", pool: config.id, price });
      }
      for (const { id, payment } of this.world.accounts) {
        const amount = microUsd(payment.kind === "prepaid" ? 60_000_000n : 3_000_001n);
        const paid = { account: id, amount, means: "manual", reference: `first ${id}` };
        desk.do({ type: "deposit", ...paid });
        const role = id === "owner" ? "owner_operator" : "buyer_admin";
        const member = { id: `admin of ${id}`, account: id, name: id, email: "", role } as const;
        desk.do({ type: "add_member", member });
        addTrader(desk, id);
      }
      return null;
    });
    await this.settle();
    const { process } = this;
    if (process === null) throw new Violation("a process starts where none is");
    void process.service.tick().catch(this.broken);
    await this.settle();
  }

  /** A process starts as soon as the lease of the one before it has expired. */
  async start(): Promise<void> {
    const name = `writer-${(this.#started += 1)}`;
    const ports = {
      store: this.store,
      truth: this.truth,
      time: this.time,
      ids: this.ids,
      clusters: this.clusters,
      step: this.world.step,
      spread: this.world.spread,
      solving: this.#solving,
      count: this.count,
      broken: this.broken,
    };
    const process = await Process.start(name, ports);
    if (process === "held_by_another") {
      this.time.passInSilence(LEASE_TTL + 1);
      return this.start();
    }
    this.process = process;
    const { durable } = process.journal;
    demand(stateHash(durable.state) === stateHash(this.truth.replica.state), "a start replays all");
  }

  /** Sends a request under a key of its own. */
  ask(account: string, act: Ask["act"], isKeyed = true): Ask {
    // Customers count their keys for themselves, so that several use the same.
    const count = (this.#keys.get(account) ?? 0) + 1;
    this.#keys.set(account, count);
    const key = isKeyed ? `key-${count}` : `${UNKEYED}${count}`;
    const ask = { account, key, digest: `digest of ${account} ${key}`, act, isKeyed };
    if (this.process !== null) this.clients.send(this.process, ask);
    return ask;
  }

  /** Until nothing moves but what hangs. */
  async settle(): Promise<void> {
    for (;;) {
      await turnOfEvents();
      if (this.fault !== null) throw this.fault;
      const processes = [this.process, ...this.zombies];
      if (processes.some((each) => each !== null && each.gate.running > 0)) continue;
      if (!this.time.wakeNext()) return;
    }
  }

  /** What must hold whenever nothing moves. */
  check(): void {
    if (this.fault !== null) throw this.fault;
    for (const process of [this.process, ...this.zombies]) {
      if (process === null) continue;
      this.#checkUnseen(process);
      const { durable, stopped } = process.journal;
      const { sequence, state } = durable;
      const isBlameless = process.gate.isArmed || stopped?.reason !== "store_failed";
      demand(isBlameless, "a store that does not fail takes whatever is written");
      const isOusted = stopped?.reason !== "fenced" || this.truth.writer !== process.name;
      demand(isOusted, "a writer is fenced off where another has taken over, and only then");
      demand(sequence <= this.truth.recorded.length, "nobody sees what is not durable");
      if (sequence !== this.truth.recorded.length) continue;
      demand(stateHash(state) === stateHash(this.truth.replica.state), "what is seen is durable");
    }
  }

  /** Of a pool whose cluster cannot be seen, nothing is for sale; before the first look it is as it was before the start. */
  #checkUnseen({ service, journal, isAlive }: Process): void {
    if (!isAlive) return;
    for (const [pool, why] of service.unseen) {
      if (why === "not read yet") continue;
      const { market } = journal.durable.state;
      const coming = (market.pools.get(pool)?.ladder?.rungs ?? []).flatMap(({ pieces }) =>
        pieces.filter(({ until }) => until > market.now),
      );
      const isSelling = coming.some(({ safe }) => safe > 0);
      demand(!isSelling, `nothing is sold of ${pool}, which cannot be seen`);
    }
  }

  /**
   * After a reading, what is sold leaves room for the owner once the longest wait is over: where contracts make way
   * (`break`), whatever was promised.
   */
  checkOwnerServed(): void {
    const { process } = this;
    if (process?.isAlive !== true) return;
    const { market } = process.journal.durable.state;
    for (const { policy, reading, holdings } of market.pools.values()) {
      const capacity = capacityOf(reading);
      if (policy.onShortfall === "wait" || reading.at !== market.now || capacity === 0) continue;
      const waits = policy.allowedWaits.map(({ wait }) => wait);
      const start = ceilTo(epochMs(market.now + Math.max(...waits)), MINUTE_MS);
      // What begins meanwhile, or begins again after a part that was sold on, is seen to when it begins.
      const wait = { start: market.now, end: later(start, MINUTE_MS) };
      const sold = [...holdings.all()].reduce(
        (sum, contract) => sum + heldThroughout(contract, wait),
        0,
      );
      const wanted = Math.min(capacity, reading.demand);
      demand(sold <= capacity - wanted, "the owner has what it asks for when its wait is over");
    }
  }

  get traceHash(): string {
    const { recorded, batches, trace } = this.truth;
    return `${recorded.length}.${batches}.${this.commands}.${trace.toString(16)}`;
  }

  readonly count = (command: ExchangeCommand, refusal: ExchangeRefusal | null): void => {
    this.commands += 1;
    const { type } = command;
    this.trace?.(inWords(command, refusal));
    const what = refusal === null ? type : `${type}: ${refusal}`;
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  };
}

/** Somebody who may lose the role, with a key that may do all of it. */
function addTrader(desk: Desk, account: string): void {
  const id = `trader of ${account}`;
  const role = account === "owner" ? "auditor" : "buyer_trader";
  desk.do({ type: "add_member", member: { id, account, name: id, email: "", role } });
  const key = { id: `key of ${id}`, account, member: id, name: id, hint: "spw_" };
  const scopes = scopesOf(role);
  const times = { created: desk.state.market.now, expires: null, revoked: null };
  desk.do({ type: "create_key", key: { ...key, hash: `hash of ${id}`, scopes, ...times } });
}

function inWords(command: ExchangeCommand, refusal: string | null): string {
  const { type, ...rest } = command;
  const text = JSON.stringify(rest, (_, value: unknown) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  return `${type}${refusal === null ? "" : ` (${refusal})`} ${text}`;
}

/** Whatever is promised and kept by now is heard of. */
function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
