import { describe, expect, test } from "vitest";
import type { ClusterReading } from "../../../ports.ts";
import {
  ceilTo,
  durationMs,
  earlier,
  floorTo,
  gpus,
  HOUR_MS,
  later,
  MINUTE_MS,
} from "../../../units.ts";
import { EMPTY, rectangle } from "../../../schedule/schedule.ts";
import type { SlurmJob, SlurmSeen } from "../seen.ts";
import { gpusByFabric, nodesOfPool, nodesWithoutFabric } from "./pool.ts";
import { readingOf } from "./reading.ts";
import {
  inHours,
  jobOf,
  nodeOf,
  NOW,
  POOL,
  reservationOf,
  seenOf,
  waitingOf,
} from "./seen.test-data.ts";

function read(seen: Partial<SlurmSeen>, now = NOW): ClusterReading {
  return readingOf(seenOf(seen), { pool: POOL, fabrics: ["a", "b"], step: MINUTE_MS }, now);
}

function withJobs(...jobs: readonly SlurmJob[]): ClusterReading {
  return read({ jobs });
}

describe("capacity", () => {
  test.each([
    ["IDLE", [], 16],
    ["MIXED", ["PLANNED"], 16],
    ["ALLOCATED", ["RESERVED"], 16],
    ["DOWN", [], 8],
    ["IDLE", ["DRAIN"], 8],
    ["MIXED", ["DRAIN"], 8],
    ["IDLE", ["NOT_RESPONDING"], 8],
    ["IDLE", ["MAINTENANCE"], 8],
    ["MIXED", ["FAIL"], 8],
    ["UNKNOWN", [], 8],
    ["FUTURE", [], 8],
  ])("of a fabric with a node that is %s %j is %d", (state, flags, left) => {
    const nodes = [
      nodeOf("n1", { state, flags }),
      ...["n2", "n3", "n4"].map((each) => nodeOf(each)),
    ];
    expect(read({ nodes }).fabrics).toMatchObject([
      { id: "a", gpus: left },
      { id: "b", gpus: 16 },
    ]);
  });

  test("is of nodes in both partitions, with this type, in fabrics that the pool was opened with", () => {
    const nodes = [
      nodeOf("n1", { partitions: ["owner"] }),
      nodeOf("n2", { partitions: ["market"] }),
      nodeOf("n3", { gpus: { total: gpus(4), byType: { a100: gpus(4) } } }),
      nodeOf("n4", { gpus: { total: gpus(10), byType: { h100: gpus(8), a100: gpus(2) } } }),
      nodeOf("n5"),
    ];
    const leaves = [...seenOf().leaves, { name: "new", nodes: ["n5"] }];
    expect(read({ nodes, leaves }).fabrics).toMatchObject([
      { id: "a", gpus: 0 },
      { id: "b", gpus: 8 },
    ]);
  });

  test("has in it, as its owner's, the whole nodes that the owner's jobs are on, until they must end", () => {
    const one = { total: gpus(1), byType: { h100: gpus(1) } };
    const jobs = [
      jobOf({ nodes: ["n3"], gpus: one }),
      jobOf({ nodes: ["n3"], gpus: one, end: inHours(1) }),
      jobOf({ nodes: ["n4"], account: "spw-ada" }),
    ];
    const [start, end] = [floorTo(NOW, MINUTE_MS), ceilTo(inHours(3), HOUR_MS)];
    const used = rectangle({ start, end }, gpus(8));
    expect(read({ jobs }).fabrics).toEqual([
      { id: "a", gpus: 16, used: EMPTY },
      { id: "b", gpus: 16, used },
    ]);
  });

  test("is by feature, or of one fabric, where the operator says so", () => {
    const nodes = [
      nodeOf("n1", { features: ["x", "left"] }),
      nodeOf("n2", { features: ["right"] }),
    ];
    const seen = seenOf({ nodes, leaves: [] });
    const sizes = (fabrics: (typeof POOL)["fabrics"]): unknown =>
      gpusByFabric(nodesOfPool(seen, { ...POOL, fabrics })).map(({ id, gpus }) => [id, gpus]);
    expect(sizes({ by: "features", features: ["left", "right"] })).toEqual([
      ["left", 8],
      ["right", 8],
    ]);
    expect(sizes({ by: "pool", name: "all" })).toEqual([["all", 16]]);
    expect(sizes({ by: "topology" })).toEqual([]);
    expect(nodesWithoutFabric(seen, POOL)).toEqual(["n1", "n2"]);
  });
});

describe("demand", () => {
  test.each([
    ["a running job", jobOf(), 8],
    ["a suspended job", jobOf({ state: "SUSPENDED" }), 8],
    ["a job that is ending", jobOf({ state: "COMPLETING" }), 8],
    ["a job that has ended", jobOf({ state: "COMPLETED" }), 0],
    ["a job of the market", jobOf({ account: "spw-acme" }), 0],
    ["a job in another partition, on the pool's nodes", jobOf({ partitions: ["debug"] }), 8],
    ["a job on other nodes", jobOf({ nodes: ["m1"] }), 0],
    ["a job with half of its nodes here", jobOf({ nodes: ["n1", "m1"], nodeCount: 2 }), 4],
    [
      "a job that has its node alone",
      jobOf({ isExclusive: true, gpus: { total: gpus(0), byType: {} } }),
      8,
    ],
    ["a job whose GPUs have no type", jobOf({ gpus: { total: gpus(3), byType: {} } }), 3],
    ["a job waiting for GPUs", waitingOf(), 8],
    ["one that Slurm has not looked at yet", waitingOf({ reason: "None" }), 8],
    ["one that waits behind reserved nodes", waitingOf({ reason: "ReqNodeNotAvail" }), 8],
    ["one waiting for a reason that is new", waitingOf({ reason: "SomethingNew" }), 8],
    ["a held job", waitingOf({ reason: "JobHeldUser", isHeld: true, eligible: null }), 0],
    ["a dependent job", waitingOf({ reason: "Dependency", eligible: null }), 0],
    ["a job at its user's limit", waitingOf({ reason: "QOSMaxGRESPerUser" }), 0],
    ["a job at its account's limit", waitingOf({ reason: "AssocGrpGRES" }), 0],
    ["a job of the market that waits", waitingOf({ account: "spw-acme" }), 0],
    ["a job waiting in another partition", waitingOf({ partitions: ["debug"] }), 0],
    ["a job waiting in several partitions", waitingOf({ partitions: ["debug", "owner"] }), 8],
    [
      "a job waiting for another type",
      waitingOf({ gpus: { total: gpus(4), byType: { a100: gpus(4) } } }),
      0,
    ],
    ["a job waiting for nodes of its own", waitingOf({ isExclusive: true, nodeCount: 2 }), 16],
    ["an array", waitingOf({ array: "1", tasks: 5 }), 40],
    ["an array with a limit", waitingOf({ array: "1", tasks: 5, mostTasks: 2 }), 16],
    ["a job that begins in an hour", waitingOf({ reason: "BeginTime", eligible: inHours(1) }), 0],
  ])("of %s", (_, job, demand) => {
    expect(withJobs(job).demand).toBe(demand);
  });

  test("of an array counts the tasks that run against its limit", () => {
    const running = jobOf({ id: "7", array: "1" });
    const waiting = waitingOf({ array: "1", tasks: 5, mostTasks: 2 });
    expect(withJobs(running, waiting).demand).toBe(16);
  });

  test("of a job on a node that is no capacity is none of the pool's", () => {
    const nodes = [nodeOf("n1", { state: "MIXED", flags: ["DRAIN"] }), nodeOf("n2")];
    const jobs = [
      jobOf(),
      jobOf({ id: "2", nodes: ["n1", "n2"], gpus: { total: gpus(16), byType: {} } }),
    ];
    expect(read({ nodes, jobs }).demand).toBe(8);
  });

  test("of an owner's reservation is all its nodes while it lasts, and the jobs in it count once", () => {
    const now = reservationOf({ start: inHours(-1) });
    const inside = jobOf({ reservation: "run" });
    expect(read({ reservations: [now], jobs: [inside] }).demand).toBe(16);
    expect(
      read({ reservations: [now], jobs: [inside, jobOf({ id: "2", nodes: ["n3"] })] }).demand,
    ).toBe(24);
    expect(read({ reservations: [reservationOf()], jobs: [] }).demand).toBe(0);
    const waiting = waitingOf({ id: "3", reservation: "run", reason: "Reservation" });
    expect(read({ reservations: [now], jobs: [waiting] }).demand).toBe(16);
  });

  test("of the market's reservations, and of maintenance, is none", () => {
    const markets = reservationOf({ name: "spw-con_1", start: inHours(-1) });
    const maintenance = reservationOf({ start: inHours(-1), flags: ["MAINT"] });
    expect(read({ reservations: [markets, maintenance] })).toMatchObject({
      demand: 0,
      declared: [],
    });
  });
});

describe("declared runs", () => {
  test("are what runs, to its limit, under an id that stays", () => {
    expect(withJobs(jobOf()).declared).toEqual([
      {
        id: "slurm-h100-job-1",
        name: "train",
        start: inHours(-1),
        duration: 4 * HOUR_MS,
        gpus: 8,
      },
    ]);
  });

  test("of a job that outlives its limit, or has none, go on", () => {
    const [late] = withJobs(jobOf({ end: inHours(-0.1) })).declared;
    expect(later(late!.start, late!.duration)).toBeGreaterThan(NOW);
    const [endless] = withJobs(jobOf({ end: null, timeLimit: null })).declared;
    expect(endless!.duration).toBeGreaterThan(300 * 24 * HOUR_MS);
  });

  test("of a waiting job begin when it began to wait, and end after it is expected to have run", () => {
    const [run] = withJobs(waitingOf({ start: inHours(2) })).declared;
    expect(run!.start).toBe(inHours(-2));
    const end = later(run!.start, run!.duration);
    expect(end).toBeGreaterThanOrEqual(inHours(6));
    expect(end).toBeLessThanOrEqual(inHours(7));
  });

  test("of a job with a begin time are known beforehand", () => {
    const [run] = withJobs(waitingOf({ eligible: inHours(1), start: inHours(1) })).declared;
    expect(run).toMatchObject({ start: inHours(1), duration: 4 * HOUR_MS, gpus: 8 });
  });

  test("are reservations to come, maintenance too", () => {
    const reservations = [reservationOf(), reservationOf({ name: "mend", flags: ["MAINT"] })];
    expect(read({ reservations }).declared.map(({ id, gpus }) => [id, gpus])).toEqual([
      ["slurm-h100-reservation-run", 16],
      ["slurm-h100-reservation-mend", 16],
    ]);
  });

  test("stay the same from one reading to the next", () => {
    const jobs = [jobOf(), waitingOf({ id: "2" }), waitingOf({ id: "3", timeLimit: null })];
    const [first, second] = [NOW, later(NOW, MINUTE_MS)].map((now) => read({ jobs }, now).declared);
    expect(second).toEqual(first);
  });
});

/** Most GPUs declared at once in a window, as schedules count: from the minute of the start. */
function declaredAt({ declared }: ClusterReading, start: number, end: number): number {
  const times = declared.flatMap((run) => [floorTo(run.start, MINUTE_MS), start]);
  const at = (time: number): number =>
    declared
      .filter(
        (run) => floorTo(run.start, MINUTE_MS) <= time && later(run.start, run.duration) > time,
      )
      .reduce((sum, run) => sum + run.gpus, 0);
  return Math.max(0, ...times.filter((time) => time >= start && time < end).map(at));
}

/** What the service compares: how much more is declared for a step than for the one before. */
describe("demand and declared runs agree", () => {
  const step = MINUTE_MS;
  function rises(jobs: readonly SlurmJob[], before: readonly SlurmJob[], now = NOW) {
    const last = read({ jobs: before }, earlier(now, step));
    const here = read({ jobs }, now);
    const declared = declaredAt(here, now, now + step) - declaredAt(here, now - step, now);
    return { demand: here.demand - last.demand, declared };
  }
  test("a job that is submitted, or starts at once, is a surprise", () => {
    const submitted = waitingOf({ submit: NOW, eligible: NOW });
    expect(rises([submitted], [])).toEqual({ demand: 8, declared: 0 });
    const started = jobOf({ submit: NOW, eligible: NOW, start: NOW });
    expect(rises([started], [])).toEqual({ demand: 8, declared: 0 });
  });

  test("a job with a begin time is declared in the step in which its demand comes", () => {
    const job = waitingOf({ reason: "BeginTime", eligible: inHours(1) });
    const then = durationMs(-30_000);
    const now = later(inHours(1), then);
    expect(rises([job], [job], now)).toEqual({ demand: 8, declared: 8 });
    expect(rises([{ ...job, reason: "Resources" }], [job], later(now, step))).toEqual({
      demand: 0,
      declared: 0,
    });
  });

  test("a waiting job that starts brings no rise of either", () => {
    const before = waitingOf({ start: inHours(2) });
    const started = jobOf({ start: later(NOW, durationMs(-20_000)) });
    expect(rises([started], [before])).toEqual({ demand: 0, declared: 0 });
  });
});
