import type { EpochMs } from "../units.ts";
import type { ExchangeEvent } from "./commands.ts";

/** An event with its place in the journal. */
export interface Recorded {
  readonly sequence: number;
  readonly at: EpochMs;
  readonly event: ExchangeEvent;
}
