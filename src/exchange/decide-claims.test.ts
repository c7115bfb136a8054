import { expect, test } from "vitest";
import { heldAt } from "../contracts/contract.ts";
import { at, minutes } from "../recall/recall.test-data.ts";
import { epochMs, gpus, microUsd, microUsdPerGpuHour, notice } from "../units.ts";
import type { BreachClaim } from "./claims.ts";
import { boughtIn, openedTrial } from "./trial.test-data.ts";
import type { Trial } from "./trial.test-data.ts";

function bought(trial: Trial, noticeAtLeast: number): string {
  const order = {
    id: `o${noticeAtLeast}`,
    account: "x",
    side: "buy",
    sku: "H100",
    gpus: gpus(8),
    start: { earliest: at(0), latest: at(0) },
    duration: { min: minutes(60), max: minutes(60) },
    limit: microUsdPerGpuHour(10_000_000n),
    noticeAtLeast: notice(noticeAtLeast),
    fabric: "any",
    fill: "all-or-none",
    lifetime: "immediate",
    expires: null,
    contract: null,
  } as const;
  return boughtIn(trial.do({ type: "place_order", order, now: at(0) })).id;
}

function claimOf(contract: string, changes: Partial<BreachClaim> = {}): BreachClaim {
  const window = { start: at(1), end: at(5) };
  const facts = {
    id: "c",
    account: "x",
    contract,
    pool: "p",
    note: "node 3 was down",
    claimed: at(10),
  };
  return { ...facts, window, gpus: gpus(8), ...changes };
}

test("an accepted claim is credited, once, and a declined one is not", () => {
  const trial = openedTrial();
  const contract = bought(trial, 0);
  trial.advance(at(10));
  const before = trial.credit("x");
  trial.do({ type: "claim_breach", claim: claimOf(contract) });
  expect(trial.credit("x")).toBe(before);
  const outcome = { kind: "accepted", credit: microUsd(2_500_000n) } as const;
  trial.do({ type: "decide_claim", claim: "c", outcome });
  expect(trial.credit("x")).toBe(before + 2_500_000n);
  expect(trial.state.ledger.balance("expenses:pools:p:breaches")).toBe(2_500_000n);
  expect(trial.events.at(-1)).toMatchObject({
    transaction: { transfers: [{ kind: "breach_credit", subject: contract }] },
  });
  expect(trial.try({ type: "decide_claim", claim: "c", outcome })).toBe("claim_unknown");
  trial.do({ type: "claim_breach", claim: claimOf(contract, { id: "d" }) });
  const declined = { kind: "declined", reason: "it was up" } as const;
  trial.do({ type: "decide_claim", claim: "d", outcome: declined });
  expect(trial.credit("x")).toBe(before + 2_500_000n);
  expect(trial.state.claims.size).toBe(0);
});

test("claims are refused in this order", () => {
  const trial = openedTrial();
  const contract = bought(trial, 0);
  trial.advance(at(10));
  trial.do({ type: "claim_breach", claim: claimOf("another", { id: "first" }) });
  const nothing = gpus(0);
  const empty = { start: at(20), end: at(20) };
  const wrong = { account: "nobody", id: "first", contract: "another", gpus: nothing };
  const refused = (claim: BreachClaim) => trial.try({ type: "claim_breach", claim });
  expect(refused(claimOf(contract, { ...wrong, window: empty }))).toBe("account_unknown");
  expect(refused(claimOf(contract, { ...wrong, account: "x" }))).toBe("claim_id_repeated");
  expect(refused(claimOf("another", { gpus: nothing }))).toBe("claim_open_already");
  expect(refused(claimOf(contract, { gpus: nothing, window: empty }))).toBe("gpus_not_positive");
  expect(refused(claimOf(contract, { window: empty }))).toBe("duration_not_positive");
  const ahead = { start: at(5), end: epochMs(at(10) + 1) };
  expect(refused(claimOf(contract, { window: ahead }))).toBe("claim_in_the_future");
  trial.do({ type: "claim_breach", claim: claimOf(contract) });
  const none = { kind: "accepted", credit: microUsd(0n) } as const;
  expect(trial.try({ type: "decide_claim", claim: "c", outcome: none })).toBe(
    "amount_not_positive",
  );
});

test("a drill gives the contract's notice and takes nothing; a firm contract is not recalled", () => {
  const trial = openedTrial();
  const contract = bought(trial, 0);
  const asked = { type: "drill_recall", drill: "d", account: "x", now: at(0) } as const;
  const { promise } = trial.contract(contract);
  const [event] = trial.do({ ...asked, contract });
  expect(event).toMatchObject({
    type: "recall_drilled",
    drill: { gpus: 8, noticed: at(0), due: at(0) + promise.notice },
  });
  trial.advance(at(59));
  expect(heldAt(trial.contract(contract), at(59))).toBe(8);
  expect(trial.try({ ...asked, contract, account: "y" })).toBe("contract_unknown");
  trial.advance(at(60));
  expect(trial.try({ ...asked, contract, now: at(60) })).toBe("contract_unknown");
  const other = openedTrial();
  const firm = bought(other, Infinity);
  expect(other.try({ ...asked, contract: firm })).toBe("contract_firm");
});

test("only the holder of a live contract says where its checkpoints are", () => {
  const trial = openedTrial();
  const contract = bought(trial, 0);
  const kept = { type: "keep_checkpoint", contract, uri: "s3://b/run" } as const;
  expect(trial.do({ ...kept, account: "x" })).toHaveLength(1);
  expect(trial.try({ ...kept, account: "y" })).toBe("contract_unknown");
  trial.advance(at(61));
  expect(trial.try({ ...kept, account: "x" })).toBe("contract_unknown");
});
