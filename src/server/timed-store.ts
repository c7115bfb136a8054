import type { Batch, Store } from "../ports.ts";

/** A commit and how long it took, by the clock outside. */
export interface CommitTold {
  readonly batch: Batch;
  readonly seconds: number;
  readonly outcome: "committed" | "fenced" | "failed";
}

/** The store, with somebody told of every commit. */
export function timedStore(store: Store, told: (commit: CommitTold) => void): Store {
  return {
    ...store,
    commit: async (lease, batch) => {
      const begun = performance.now();
      const tell = (outcome: CommitTold["outcome"]): void =>
        told({ batch, outcome, seconds: (performance.now() - begun) / 1_000 });
      try {
        const outcome = await store.commit(lease, batch);
        tell(outcome);
        return outcome;
      } catch (fault) {
        tell("failed");
        throw fault;
      }
    },
  };
}
