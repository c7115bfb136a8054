import type { OwnerEvent } from "./commands.ts";
import type { OwnerState } from "./state.ts";

export function applyOwner(state: OwnerState, event: OwnerEvent): void {
  switch (event.type) {
    case "offering_set":
      return state.offerings.set(event.offering.pool, event.offering);
    case "run_declared":
      return state.runs.set(event.run.id, event.run);
    case "run_withdrawn":
      return state.runs.delete(event.run);
    case "gpus_blocked":
      return state.blocks.set(event.block.id, event.block);
    case "gpus_unblocked":
      return state.blocks.delete(event.block);
    case "fees_set":
      state.fees.set("fees", event.fees);
  }
}
