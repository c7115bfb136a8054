import type { BreachClaim, ClaimOutcome, Drill } from "../exchange/claims.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { NO_MONEY } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { BreachClaimResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** What holders say of their contracts: checkpoints, drills and claims. */
export function hearClaim(shelf: Shelf, { sequence, at, event }: Recorded): void {
  switch (event.type) {
    case "checkpoint_kept":
      return shelf.change("contract", event.contract, (body) => {
        return { ...body, checkpoint: event.uri };
      });
    case "recall_drilled":
      return drilled(shelf, sequence, event.drill);
    case "breach_claimed": {
      const { claim } = event;
      return shelf.put("breach_claim", claim.id, claim.account, sequence, openClaim(claim));
    }
    case "breach_claim_decided": {
      const { claim, outcome } = event;
      const body = { ...openClaim(claim), ...decided(outcome), decided: formatTime(at) };
      shelf.put("breach_claim", claim.id, claim.account, sequence, body);
      return shelf.finish("breach_claim", claim.id);
    }
    default:
  }
}

/** As a notice of recall, which is over at once: nothing is taken. */
function drilled(shelf: Shelf, sequence: number, drill: Drill): void {
  const { id, account, contract, gpus } = drill;
  shelf.put("notice", id, account, sequence, {
    id,
    account,
    recall: id,
    contract,
    noticed: formatTime(drill.noticed),
    due: formatTime(drill.due),
    gpus,
    compensation: formatMoney(NO_MONEY),
    drill: true,
    status: "noticed",
  });
  shelf.finish("notice", id);
}

function openClaim(claim: BreachClaim): BreachClaimResource {
  const { id, account, contract, window, gpus, note } = claim;
  return {
    id,
    account,
    contract,
    from: formatTime(window.start),
    until: formatTime(window.end),
    gpus,
    note,
    claimed: formatTime(claim.claimed),
    status: "open",
    decided: null,
    credit: formatMoney(NO_MONEY),
    reason: null,
  };
}

function decided(outcome: ClaimOutcome) {
  return outcome.kind === "accepted"
    ? ({ status: "accepted", credit: formatMoney(outcome.credit), reason: null } as const)
    : ({ status: "declined", reason: outcome.reason } as const);
}
