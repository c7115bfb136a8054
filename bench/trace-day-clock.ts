/** A real cluster whose market lives on another, faster clock. */
import { FAR, type SeenNode } from "../src/delivery/seen-node.ts";
import { usedByOthers } from "../src/delivery/used-by-others.ts";
import type { Allotment, Clock, Cluster, ClusterReading, Delivery } from "../src/ports.ts";
import { EMPTY, type Schedule } from "../src/schedule/schedule.ts";
import { realClock } from "../src/server/clock.ts";
import type { EpochMs, Window } from "../src/units.ts";
import { durationMs, epochMs } from "../src/units.ts";

/** Where the two clocks meet, and how fast the market's goes. */
export interface Acceleration {
  /** By the clock outside, which is the cluster's. */
  readonly outside: EpochMs;
  readonly market: EpochMs;
  readonly speed: number;
}

export function toMarket({ outside, market, speed }: Acceleration, time: EpochMs): EpochMs {
  return epochMs(Math.round(market + (time - outside) * speed));
}

/** Rounded up, so that nothing is due too early. */
export function toOutside({ outside, market, speed }: Acceleration, time: EpochMs): EpochMs {
  return epochMs(Math.ceil(outside + (time - market) / speed));
}

export function marketClock(how: Acceleration): Clock {
  return { now: () => toMarket(how, realClock.now()) };
}

/** Reads and delivers as the cluster does, with every time moved to the clock of whoever asks. */
export function accelerated<T extends Pick<Cluster, "read"> & { readonly delivery: Delivery }>(
  cluster: T,
  how: Acceleration,
): T {
  const delivery = acceleratedDelivery(cluster.delivery, how);
  return {
    ...cluster,
    read: async (now: EpochMs) => {
      const reading = await cluster.read(toOutside(how, now));
      return readingFrom(how, reading, usedByOthers(await delivery.look(now), now));
    },
    delivery,
  };
}

function acceleratedDelivery(delivery: Delivery, how: Acceleration): Delivery {
  return {
    look: async (now) => {
      const asked = toOutside(how, now);
      const nodes = await delivery.look(asked);
      return nodes.map((node) => nodeFrom(how, node, asked, now));
    },
    settle: (allotted) =>
      delivery.settle((now) => allotted(toMarket(how, now)).map((each) => allotmentTo(how, each))),
  };
}

/** What others have when it is looked at they have now, whatever is lost in rounding. */
function nodeFrom(how: Acceleration, node: SeenNode, asked: EpochMs, now: EpochMs): SeenNode {
  const others = node.others.map(({ start, end }) => ({
    start: start <= asked ? now : toMarket(how, start),
    end: end === FAR ? FAR : toMarket(how, end),
  }));
  return { ...node, others };
}

/** Where the owner's work is was rounded by the hours of the clock outside: it is seen anew. */
function readingFrom(
  how: Acceleration,
  reading: ClusterReading,
  used: ReadonlyMap<string, Schedule>,
): ClusterReading {
  return {
    ...reading,
    fabrics: reading.fabrics.map((each) => ({ ...each, used: used.get(each.id) ?? EMPTY })),
    declared: reading.declared.map((run) => runFrom(how, run)),
  };
}

type Declared = ClusterReading["declared"][number];

function runFrom(how: Acceleration, run: Declared): Declared {
  const duration = durationMs(run.duration * how.speed);
  return { ...run, start: toMarket(how, run.start), duration };
}

function allotmentTo(how: Acceleration, allotment: Allotment): Allotment {
  const nodes = allotment.nodes.map((node) => windowTo(how, node));
  const recalls = allotment.recalls.map((each) => recallTo(how, each));
  return { ...windowTo(how, allotment), nodes, recalls };
}

function windowTo<W extends Window>(how: Acceleration, window: W): W {
  return { ...window, start: toOutside(how, window.start), end: toOutside(how, window.end) };
}

type Recall = Allotment["recalls"][number];

function recallTo(how: Acceleration, recall: Recall): Recall {
  const [noticed, due] = [toOutside(how, recall.noticed), toOutside(how, recall.due)];
  return { ...recall, noticed, due };
}
