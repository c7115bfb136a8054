import type { Batch, Lease, Store } from "../src/ports.ts";
import type { FaultPlan } from "./faults.ts";
import { NO_FAULTS } from "./faults.ts";

/** Told of what a process really did to the store, the moment it is done. */
export interface Witness {
  readonly leased: (lease: Lease) => void;
  readonly committed: (batch: Batch) => void;
}

/**
 * Between one process and the store that all processes share: calls fail on their way there or back, or hang; once the
 * process is dead nothing comes through, neither way.
 */
export class Gate {
  readonly store: Store;
  plan: FaultPlan = NO_FAULTS;
  isDead = false;
  /** Whether anything has failed here. */
  isArmed = false;
  /** Calls that are under way in the store. */
  running = 0;
  readonly #hung: (() => void)[] = [];

  constructor(inner: Store, witness: Witness) {
    this.store = {
      takeLease: (writer, ttl) =>
        this.#pass("takeLease", () => takeLease(inner, witness, writer, ttl)),
      renewLease: (lease, ttl) => this.#pass("renewLease", () => inner.renewLease(lease, ttl)),
      dropLease: (lease) => this.#pass("dropLease", () => inner.dropLease(lease)),
      commit: (lease, batch) => this.#pass("commit", () => commit(inner, witness, lease, batch)),
      hasBatch: (id) => this.#pass("hasBatch", () => inner.hasBatch(id)),
      head: () => this.#pass("head", () => inner.head()),
      entriesAfter: (after, limit) =>
        this.#pass("entriesAfter", () => inner.entriesAfter(after, limit)),
      answers: (keys) => this.#pass("answers", () => inner.answers(keys)),
      document: (viewer, kind, id) => inner.document(viewer, kind, id),
      documents: (viewer, query) => inner.documents(viewer, query),
      ledgerEntries: (viewer, query) => inner.ledgerEntries(viewer, query),
      balances: (viewer) => inner.balances(viewer),
      auditHead: () => inner.auditHead(),
      audit: (viewer, query) => inner.audit(viewer, query),
      writeSnapshot: (lease, snapshot) =>
        this.#pass("writeSnapshot", () => inner.writeSnapshot(lease, snapshot)),
      newestSnapshot: (before) => this.#pass("newestSnapshot", () => inner.newestSnapshot(before)),
      cursor: (name) => inner.cursor(name),
      saveCursor: (name, sequence) => inner.saveCursor(name, sequence),
      webhooks: inner.webhooks,
      close: () => inner.close(),
    };
  }

  /** Whether the process waits for something that does not come by itself. */
  get isHanging(): boolean {
    return this.#hung.length > 0;
  }

  /** What hung goes on, and is done only now. */
  letGo(): void {
    for (const resume of this.#hung.splice(0)) resume();
  }

  async #pass<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    if (this.isDead) return never();
    const fault = this.plan.next(name);
    if (fault !== "none") this.isArmed = true;
    if (fault === "crash_before") return this.#die();
    if (fault === "before") throw new GateFault(`${name} fails on its way to the store`);
    if (fault === "hang") await new Promise<void>((resume) => this.#hung.push(resume));
    if (this.isDead) return never();
    const result = await this.#running(call);
    if (fault === "crash_after") return this.#die();
    if (fault === "after") throw new GateFault(`${name} fails on its way back`);
    return this.isDead ? never() : result;
  }

  async #running<Result>(call: () => Promise<Result>): Promise<Result> {
    this.running += 1;
    try {
      return await call();
    } finally {
      this.running -= 1;
    }
  }

  #die(): Promise<never> {
    this.isDead = true;
    return never();
  }
}

class GateFault extends Error {}

/** Whether it is a fault that was planned here. */
export function isGates(fault: unknown): boolean {
  return fault instanceof GateFault;
}

/** A promise that nobody keeps. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

async function takeLease(
  inner: Store,
  { leased }: Witness,
  ...[writer, ttl]: Parameters<Store["takeLease"]>
): ReturnType<Store["takeLease"]> {
  const lease = await inner.takeLease(writer, ttl);
  if (lease !== "held_by_another") leased(lease);
  return lease;
}

async function commit(
  inner: Store,
  { committed }: Witness,
  lease: Lease,
  batch: Batch,
): Promise<"committed" | "fenced"> {
  const outcome = await inner.commit(lease, batch);
  if (outcome === "committed") committed(batch);
  return outcome;
}
