import type { Cut } from "../market/state.ts";
import { addGpus, addMoney, NO_GPUS, NO_MONEY } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { Subject, Tellers } from "./tellers.ts";
import { contract, toldTo } from "./tellers.ts";

/** Recalls, drills and claims: each holder is told of its own contract. */
export const RECALLS = {
  recall_withdrawn: {
    about: ({ recall }) => [{ kind: "recall", id: recall }],
    tell: ({ recall, at }, of) => {
      const holders = new Map(of.recall(recall)?.cuts.map((cut) => [cut.contract, cut.holder]));
      return [...holders].flatMap(([id, holder]) =>
        toldTo(holder, "recall.withdrawn", { recall, contract: id, at: formatTime(at) }),
      );
    },
  },
  recall_noticed: {
    about: aboutCuts,
    tell: ({ recall: { id: recall, noticed, due, cuts } }, of) =>
      byContract(cuts).flatMap(({ id, gpus, owed }) =>
        toldTo(of.account("contract", id), "recall.noticed", {
          recall,
          contract: id,
          gpus,
          noticed: formatTime(noticed),
          due: formatTime(due),
          compensation: formatMoney(owed),
          drill: false,
        }),
      ),
  },
  recall_drilled: {
    tell: ({ drill: { id, account, contract: held, gpus, noticed, due } }) =>
      toldTo(account, "recall.noticed", {
        recall: id,
        contract: held,
        gpus,
        noticed: formatTime(noticed),
        due: formatTime(due),
        compensation: formatMoney(NO_MONEY),
        drill: true,
      }),
  },
  recall_handed_over: {
    about: aboutCuts,
    tell: ({ recall: { id: recall, due, cuts } }, of) =>
      byContract(cuts).flatMap(({ id, gpus, owed }) =>
        toldTo(of.account("contract", id), "recall.handed_over", {
          recall,
          contract: id,
          gpus,
          at: formatTime(due),
          compensation: formatMoney(owed),
        }),
      ),
  },
  breach_claimed: {
    tell: ({ claim: { id, account, contract: held, gpus } }) =>
      toldTo(account, "breach.claimed", { claim: id, contract: held, gpus }),
  },
  breach_claim_decided: {
    tell: ({ claim: { id, account, contract: held }, outcome }) =>
      toldTo(account, `breach.${outcome.kind}`, { claim: id, contract: held }),
  },
} satisfies Tellers;

/** What a recall takes from each contract, whatever the fabrics. */
function byContract(cuts: readonly Cut[]) {
  return [...Map.groupBy(cuts, (cut) => cut.contract)].map(([id, theirs]) => ({
    id,
    gpus: theirs.reduce((sum, cut) => addGpus(sum, cut.gpus), NO_GPUS),
    owed: theirs.reduce((sum, cut) => addMoney(sum, cut.owed), NO_MONEY),
  }));
}

function aboutCuts({
  recall,
}: {
  readonly recall: { readonly cuts: readonly Cut[] };
}): readonly Subject[] {
  return byContract(recall.cuts).map(({ id }) => contract(id));
}
