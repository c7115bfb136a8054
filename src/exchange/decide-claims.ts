import { heldAt } from "../contracts/contract.ts";
import { breachesOf, creditOf } from "../ledger/chart.ts";
import { move } from "../billing/transfers.ts";
import { heldBy } from "../market/decide-holder.ts";
import { isFirm, later, latest } from "../units.ts";
import type { Drill, HolderCommand } from "./claims.ts";
import type { ExchangeDecision, ExchangeEvent } from "./commands.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type CommandOf<Type extends HolderCommand["type"]> = Extract<HolderCommand, { type: Type }>;

/** What holders say of their contracts, and what the owner answers to it. */
export function decideClaims(state: ExchangeState, command: HolderCommand): ExchangeDecision {
  switch (command.type) {
    case "keep_checkpoint": {
      const { contract, account, uri } = command;
      if (heldBy(state.market, contract, account) === null) return { refusal: "contract_unknown" };
      return { events: [{ type: "checkpoint_kept", contract, account, uri }] };
    }
    case "drill_recall":
      return drill(state, command);
    case "claim_breach":
      return claim(state, command);
    default:
      return settle(state, command);
  }
}

function drill(state: ExchangeState, command: CommandOf<"drill_recall">): ExchangeDecision {
  const { contract: id, account, now } = command;
  const contract = heldBy(state.market, id, account);
  if (contract === null) return { refusal: "contract_unknown" };
  const { notice } = contract.promise;
  if (isFirm(notice)) return { refusal: "contract_firm" };
  const gpus = heldAt(contract, latest(now, contract.window.start));
  if (gpus === 0) return { refusal: "nothing_left" };
  const due = later(now, notice);
  const drilled: Drill = { id: command.drill, account, contract: id, noticed: now, due, gpus };
  return { events: [{ type: "recall_drilled", drill: drilled }] };
}

function claim(
  { accounts, claims, market }: ExchangeState,
  { claim: asked }: CommandOf<"claim_breach">,
): ExchangeDecision {
  if (!accounts.accounts.has(asked.account)) return { refusal: "account_unknown" };
  if (claims.has(asked.id)) return { refusal: "claim_id_repeated" };
  const isOpen = claims.values().some(({ contract }) => contract === asked.contract);
  if (isOpen) return { refusal: "claim_open_already" };
  if (asked.gpus <= 0) return { refusal: "gpus_not_positive" };
  if (asked.window.start >= asked.window.end) return { refusal: "duration_not_positive" };
  if (asked.window.end > market.now) return { refusal: "claim_in_the_future" };
  return { events: [{ type: "breach_claimed", claim: asked }] };
}

function settle(
  state: ExchangeState,
  { claim: id, outcome }: CommandOf<"decide_claim">,
): ExchangeDecision {
  const found = state.claims.get(id);
  if (found === undefined) return { refusal: "claim_unknown" };
  const decided = { type: "breach_claim_decided", claim: found, outcome } as const;
  if (outcome.kind === "declined") return { events: [decided] };
  const { credit: amount } = outcome;
  if (amount <= 0n) return { refusal: "amount_not_positive" };
  const { account, contract: subject, pool } = found;
  const kind = "breach_credit";
  const given = { type: "credit_given", account, amount, kind, subject } as const;
  const settlement = new Settlement(state);
  settlement.move(move(kind, breachesOf(pool), creditOf(account), amount, subject));
  const money = settlement.settled();
  const events: ExchangeEvent[] = [decided, given];
  return { events: money === null ? events : [...events, money] };
}
