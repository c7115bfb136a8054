import type { Clock } from "../../../ports.ts";
import type { SlurmAccess } from "../access/access.ts";
import type { SlurmPool } from "../owner/pool.ts";

/** Where contracts are delivered, and by which way. */
export interface Place {
  /** Of its own: whoever only reads must not keep a kill waiting for its turn. */
  readonly access: SlurmAccess;
  readonly pool: SlurmPool;
  /** Unix users by holders. */
  readonly users: ReadonlyMap<string, string>;
  readonly clock: Clock;
}
