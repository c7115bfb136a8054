import type { ExchangeCommand, ExchangeRefusal } from "../src/exchange/commands.ts";
import type { Recorded } from "../src/exchange/recorded.ts";
import { Journal } from "../src/journal/journal.ts";
import type { SnapshotOptions } from "../src/journal/snapshots.ts";
import { Unavailable } from "../src/journal/unavailable.ts";
import type { Cluster, Ids, Store } from "../src/ports.ts";
import { Service } from "../src/service/service.ts";
import type { DurationMs } from "../src/units.ts";
import { durationMs } from "../src/units.ts";
import type { Random } from "../src/demo/random.ts";
import type { Cause, Truth } from "./checks/truth.ts";
import { Gate, isGates } from "./gate.ts";
import { roughFeed } from "./rough-forecast.ts";
import type { SimulatedTime } from "./time.ts";
import { UnrulySolver } from "./unruly-solver.ts";
import { demand, Violation } from "./violation.ts";

export interface ProcessPorts {
  readonly store: Store;
  readonly truth: Truth;
  readonly time: SimulatedTime;
  readonly ids: Ids;
  readonly clusters: readonly Cluster[];
  readonly step: DurationMs;
  readonly spread: number;
  /** What becomes of the auctions that a process solves. */
  readonly solving: Random;
  /** Told of each command that is decided. */
  readonly count: (command: ExchangeCommand, refusal: ExchangeRefusal | null) => void;
  /** Told of what must never be, from wherever it was noticed. */
  readonly broken: (fault: unknown) => void;
}

/** Events: a seed has a hundred or two. */
const SNAPSHOT_EVERY = 12;
export const LEASE_TTL = durationMs(60_000);

type Parts = Pick<Process, "name" | "gate" | "journal" | "service" | "solver">;

/** One process of the service, from its start to its crash. */
export class Process {
  readonly name: string;
  readonly gate: Gate;
  readonly journal: Journal;
  readonly service: Service;
  readonly solver: UnrulySolver;
  /** The request of which a turn is being decided. */
  request: string | null = null;

  private constructor(
    { name, gate, journal, service, solver }: Parts,
    watching: { process: Process | null },
  ) {
    this.name = name;
    this.gate = gate;
    this.journal = journal;
    this.service = service;
    this.solver = solver;
    watching.process = this;
  }

  static async start(name: string, ports: ProcessPorts): Promise<Process | "held_by_another"> {
    const { store, truth, time, ids, count, broken } = ports;
    const causes = new Map<number, Cause>();
    const watching: { process: Process | null } = { process: null };
    const gate = new Gate(store, {
      leased: (lease) => truth.leased(lease),
      committed: (batch) => {
        try {
          truth.committed(name, batch, (sequence) => causes.get(sequence));
        } catch (fault) {
          broken(fault);
        }
      },
    });
    const journal = await Journal.open(
      {
        store: gate.store,
        clock: time.clock,
        ids,
        wait: time.wait,
        watch: (command, outcome) => {
          const refused = typeof outcome === "string" ? outcome : null;
          count(command, refused);
          if (typeof outcome === "string") return;
          const cause = { command, request: watching.process?.request ?? null };
          for (const { sequence } of outcome) causes.set(sequence, cause);
        },
      },
      { writer: name, ttl: LEASE_TTL, snapshots: snapshotsOf(broken) },
    );
    if (journal === "held_by_another") return journal;
    journal.listen((events) => checkPublished(truth, events, broken));
    const solver = new UnrulySolver(ports.solving);
    const service = openService(journal, ports, solver);
    return new Process({ name, gate, journal, service, solver }, watching);
  }

  /** Whether it still does its work. */
  get isAlive(): boolean {
    return !this.gate.isDead && this.journal.stopped === null;
  }
}

/** So often that nearly every start begins from one. One that does not serve is a bug, unless the store failed meanwhile. */
function snapshotsOf(broken: (fault: unknown) => void): SnapshotOptions {
  const warn = (sentence: string, { fault }: Readonly<Record<string, unknown>>): void => {
    const isStores = fault === undefined || isGates(fault);
    if (!isStores) broken(new Violation(sentence, fault));
  };
  return { program: "simulated", every: SNAPSHOT_EVERY, atClose: SNAPSHOT_EVERY, warn };
}

function openService(journal: Journal, ports: ProcessPorts, { solve }: UnrulySolver): Service {
  const { time, ids, clusters, step, spread, broken } = ports;
  const warn = (sentence: string, { fault }: Readonly<Record<string, unknown>>): void => {
    const isBug = fault instanceof Unavailable && fault.reason === "turn_failed";
    if (isBug) broken(new Violation(`a turn of the service fails: ${sentence}`, fault.cause));
  };
  const openFeed = () => roughFeed(spread);
  const outside = { clock: time.clock, ids, clusters, warn, openFeed, solveAuction: solve };
  return new Service(journal, outside, step);
}

/** Whoever listens hears of what is durable, in order. */
function checkPublished(
  truth: Truth,
  events: readonly Recorded[],
  broken: (fault: unknown) => void,
): void {
  try {
    for (const { sequence, event } of events) {
      const written = truth.recorded[sequence - 1];
      demand(written !== undefined, `event ${sequence} is told of before it is durable`);
      demand(written.event.type === event.type, `event ${sequence} is told of as it was written`);
    }
  } catch (fault) {
    broken(fault);
  }
}
