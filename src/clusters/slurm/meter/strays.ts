import type { MeterRequest } from "../../../ports.ts";
import { isMarkets } from "../owner/whose.ts";
import type { MarketRun } from "./market-runs-text.ts";
import { isOf, timesOn } from "./metered.ts";
import { windowOf } from "./spans.ts";
import { lengthOf, unionOf, within, without } from "./windows.ts";

/** A job that ends with a hand-over takes its time, and is told in whole seconds. */
const ALLOWED_MS = 30_000;

/** Jobs of holders where they had nothing: a sentence each, with what to do. Nothing of it is billed. */
export function straysOf(
  pool: string,
  requests: readonly MeterRequest[],
  runs: readonly MarketRun[],
): string[] {
  const beside = requests.flatMap((request) =>
    runs
      .filter(({ reservation }) => isOf(pool, request.contract, reservation))
      .flatMap((run) => besideContract(request, run)),
  );
  const outside = runs
    .filter(({ reservation }) => reservation === null || !isMarkets(reservation))
    .flatMap((run) => outsideOfAll(requests, run));
  return [...new Set([...beside, ...outside])];
}

function besideContract(request: MeterRequest, run: MarketRun): string[] {
  const { contract, from, to, nodes: bound } = request;
  return run.nodes.flatMap((node) => {
    const ran = within(timesOn([run], node, to), { start: from, end: to });
    const had = unionOf(bound.filter((each) => each.node === node));
    const ms = lengthOf(without(ran, had));
    if (ms <= ALLOWED_MS) return [];
    const seconds = Math.round(ms / 1_000);
    return [
      `job ${run.id} of ${run.account} was on ${node} for ${seconds} s in which its contract ${contract} did not have it: look whether Spillway runs and may cancel jobs there`,
    ];
  });
}

function outsideOfAll(requests: readonly MeterRequest[], run: MarketRun): string[] {
  const all = windowOf(requests);
  const ran = within(unionOf([{ start: run.start, end: run.end ?? all.end }]), all);
  if (lengthOf(ran) <= ALLOWED_MS) return [];
  return [
    `job ${run.id} of ${run.account} ran on ${run.nodes.join(",")} without a contract's reservation: see where its account may run (sacctmgr show assoc account=${run.account}), and that the market's partition has ReqResv=YES`,
  ];
}
