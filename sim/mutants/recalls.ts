import type { Mutant } from "./mutant.ts";

export const RECALL_MUTANTS: readonly Mutant[] = [
  {
    name: "notice-too-short",
    does: "recalls a minute sooner than the notice allows",
    file: "src/market/decide-recall.ts",
    find: "(isFirm(notice) || at < later(noticed, notice))",
    replace: "(isFirm(notice) || at + 60_000 < later(noticed, notice))",
  },
  {
    name: "block-broken-up",
    does: "takes a part of a block",
    file: "src/market/decide-recall.ts",
    find: "return contract.block && gpus < heldAt(contract, at)",
    replace: "return contract.block && gpus < 0 && heldAt(contract, at) > 0",
  },
  {
    name: "withdrawn-over-a-sale",
    does: "withdraws a recall though the GPUs were sold again",
    file: "src/market/decide-recall.ts",
    find: 'if (!hasRoom(state, recall)) return refuse("room_was_sold");',
    replace: 'if (!hasRoom(state, recall) && now < 0) return refuse("room_was_sold");',
  },
  {
    name: "compensation-rounded-down",
    does: "rounds a recall's compensation down",
    file: "src/contracts/compensation.ts",
    find: 'return addMoney(shareOf(rest, share, "ceil"), shareOf(missing, topUp, "ceil"));',
    replace: 'return addMoney(shareOf(rest, share, "floor"), shareOf(missing, topUp, "floor"));',
  },
  {
    name: "minimum-run-unpaid",
    does: "does not pay the missing part of the minimum run in full",
    file: "src/contracts/compensation.ts",
    find: 'shareOf(missing, topUp, "ceil")',
    replace: 'shareOf(missing, ppm(topUp > 0 ? 1 : 0), "ceil")',
  },
  {
    name: "breach-half-paid",
    does: "credits half of what a breach takes",
    file: "src/contracts/compensation.ts",
    find: 'return shareOf(undelivered, contract.promise.breachCompensation, "ceil");',
    replace: 'return shareOf(undelivered, ppm(contract.promise.breachCompensation / 2), "ceil");',
  },
  {
    name: "cut-not-applied",
    does: "leaves the last of a recall's GPUs with their holder",
    file: "src/market/apply-contract.ts",
    find: "for (const { contract, fabric, gpus, until } of recall.cuts) {",
    replace: "for (const { contract, fabric, gpus, until } of recall.cuts.slice(1)) {",
  },
  {
    name: "withdrawal-gives-nothing-back",
    does: "withdraws a recall and keeps the GPUs",
    file: "src/market/apply-contract.ts",
    find: "for (const { contract, fabric, gpus, until } of liveCuts(state, recall)) {",
    replace: "for (const { contract, fabric, gpus, until } of liveCuts(state, recall).slice(1)) {",
  },
  {
    name: "outage-compensated",
    does: "pays for a recall of what an outage had ended before",
    file: "src/market/decide-advance.ts",
    find: "const cuts = liveCuts(state, recall);\n  return [",
    replace: "const { cuts } = recall;\n  return [",
  },
  {
    name: "compensation-to-the-first-buyer",
    does: "compensates who bought from the owner, not who holds",
    file: "src/billing/transfers.ts",
    find: 'return move("compensation", compensationOf(pool), creditOf(holderOf(deal)), owed, contract);',
    replace:
      'return move("compensation", compensationOf(pool), creditOf(deal.links[0].payer), owed, contract);',
  },
];
