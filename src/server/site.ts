import type { Cluster } from "../ports.ts";
import type { Founding } from "../service/found.ts";

/** What is sold from: clusters, and the pools that are opened on them. */
export interface Site {
  readonly clusters: readonly Cluster[];
  readonly pools: Founding["pools"];
}
