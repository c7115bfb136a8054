import { beforeEach, expect, test } from "vitest";
import type { Allotment, Cluster, DeliveryReport } from "../ports.ts";
import type { SeenNode } from "../delivery/seen-node.ts";
import { takingOf } from "../market/market.test-data.ts";
import { at, minuteOf, SPOT } from "../recall/recall.test-data.ts";
import { type EpochMs, gpus } from "../units.ts";
import { Delivering } from "./delivering.ts";
import { Life } from "./service.test-data.ts";

/** A cluster of 8-GPU nodes, four in each fabric, which remembers what it was asked for. */
class NodeCluster implements NonNullable<Cluster["delivery"]> {
  readonly down = new Set<string>();
  isUnseen = false;
  report: DeliveryReport = { deeds: [], faults: [], interruptions: [] };
  asked: readonly Allotment[] = [];

  async look(): Promise<readonly SeenNode[]> {
    if (this.isUnseen) throw new Error("slurmctld does not answer");
    return ["a", "b"].flatMap((fabric) =>
      [1, 2, 3, 4].map((number) => {
        const node = `${fabric}${number}`;
        const isUp = !this.down.has(node);
        return {
          node,
          fabric,
          gpus: gpus(8),
          isUp,
          others: [],
          inUse: gpus(0),
        };
      }),
    );
  }

  async settle(allotted: (now: EpochMs) => readonly Allotment[]): Promise<DeliveryReport> {
    this.asked = allotted(life.bench.now);
    return this.report;
  }
}

let life: Life;
let nodes: NodeCluster;
let delivering: Delivering;
let told: string[];

beforeEach(async () => {
  life = await Life.begin();
  nodes = new NodeCluster();
  told = [];
  const { cluster, journal, bench } = life;
  const named: Cluster = Object.assign(cluster, { delivery: nodes });
  delivering = new Delivering({
    journal,
    clock: { now: () => bench.now },
    clusters: [named],
    tell: (deed) => void told.push(deed),
    warn: (sentence) => void told.push(sentence),
  });
  await life.tickAt(0);
});

/** Who has which nodes until which minute, by what the cluster was asked for. */
function shown(): string[] {
  return nodes.asked.map(({ nodes: bound }) =>
    bound.map(({ node, end }) => `${node}–${minuteOf(end)}`).join(" "),
  );
}

test("what is sold is given nodes within the hour before its start, once", async () => {
  expect(await life.buy({ gpus: 16, from: 30, to: 90, terms: { fabric: "one" } })).toBeNull();
  expect(await life.buy({ gpus: 8, from: 100, to: 130 })).toBeNull();
  await delivering.look();
  expect(shown()).toEqual(["a1–90 a2–90"]);
  expect(nodes.asked[0]).toMatchObject({ holder: "x", start: at(30), end: at(90), recalls: [] });
  const { sequence } = life.journal.durable;
  await delivering.look();
  expect(life.journal.durable.sequence).toBe(sequence);
  expect(delivering.due).toBe(at(90));
});

test("what is recalled is told of, and its node is given back when it is due", async () => {
  await life.buy({ gpus: 16, to: 90, notice: SPOT, terms: { fabric: "one" } });
  await delivering.look();
  const [contract = ""] = life.state.market.contracts.keys();
  await life.do({
    type: "give_recall",
    recall: "r",
    pool: "p",
    now: at(0),
    due: at(5),
    reason: "owner",
    takings: [takingOf(contract, { gpus: 8, until: 90 })],
  });
  await delivering.look();
  expect(nodes.asked[0]?.recalls).toEqual([{ recall: "r", noticed: at(0), due: at(5), gpus: 8 }]);
  expect(shown()).toEqual(["a1–90 a2–5"]);
  expect(delivering.due).toBe(at(5));
});

test("a node that fails is replaced; where nothing is free, what is lacking is told of once", async () => {
  await life.buy({ gpus: 24, from: 0, to: 90, terms: { fabric: "one" } });
  await delivering.look();
  expect(shown()).toEqual(["a1–90 a2–90 a3–90"]);
  nodes.down.add("a1");
  life.bench.now = at(1);
  await delivering.look();
  expect(shown()).toEqual(["a2–90 a3–90 a4–90"]);
  nodes.down.add("a2");
  await delivering.look();
  await delivering.look();
  expect(shown()).toEqual(["a2–90 a3–90 a4–90"]);
  const faults = delivering.faults.get("p");
  expect(faults).toMatchObject([{ code: "nodes_lacking" }]);
  expect(told).toHaveLength(1);
});

test("a cluster that cannot be seen is a fault by name, and what was done is told", async () => {
  nodes.isUnseen = true;
  await delivering.look();
  expect(delivering.faults.get("p")).toMatchObject([{ contract: null, code: "cluster_unseen" }]);
  nodes.isUnseen = false;
  nodes.report = { deeds: ["reservation made"], faults: [], interruptions: [] };
  await delivering.look();
  expect(delivering.faults.get("p")).toEqual([]);
  expect(told.at(-1)).toBe("reservation made");
});

test("a job that somebody else has ended is claimed for its holder, once", async () => {
  await life.buy({ gpus: 16, to: 90, notice: SPOT, terms: { fabric: "one" } });
  const [contract = ""] = life.state.market.contracts.keys();
  const ended = { contract, job: "7", by: "user 0", gpus: gpus(8), start: at(0), end: at(3) };
  nodes.report = { deeds: [], faults: [], interruptions: [ended] };
  await life.tickAt(10);
  await delivering.look();
  await delivering.look();
  expect([...life.state.claims.values()]).toMatchObject([
    { id: `clm_${contract}_7`, account: "x", contract, gpus: 8, window: { end: at(3) } },
  ]);
  expect(told[0]).toBe("Job 7 was ended by user 0, and not by its holder.");
});
