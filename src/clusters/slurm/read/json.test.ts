/** Readers of what slurmrestd answers; whole real answers are read in test/traces. */
import { expect, test } from "vitest";
import { controllerOfJson } from "./controller-json.ts";
import { jobsOfJson } from "./jobs-json.ts";
import { levelOfJson } from "./level-json.ts";
import { nodesOfJson } from "./nodes-json.ts";
import { pastRunsOfJson } from "./past-runs-json.ts";
import { reservationsOfJson } from "./reservations-json.ts";

const set = (number: number) => ({ set: true, infinite: false, number });
const EARLY = {
  job_id: 6,
  array_job_id: 6,
  array_task_id: null,
  array_max_tasks: 2,
  array_task_string: "1-3%2",
  job_state: "PENDING",
  state_reason: "Priority",
  priority: 12,
  user_name: "ada",
  account: "training",
  partition: "owner,debug",
  name: "many",
  tres_req_str: "cpu=6,gres/gpu=6",
  tres_alloc_str: "",
  node_count: 1,
  shared: "none",
  nodes: "",
  time_limit: null,
  submit_time: 1_795_537_352,
  eligible_time: 1_795_537_352,
  start_time: 0,
  end_time: 0,
  resv_name: "",
};

test("a waiting array of an early version", () => {
  expect(jobsOfJson({ jobs: [EARLY] })).toEqual([
    {
      id: "6",
      array: "6",
      tasks: 3,
      mostTasks: 2,
      name: "many",
      user: "ada",
      account: "training",
      partitions: ["owner", "debug"],
      state: "PENDING",
      reason: "Priority",
      isHeld: false,
      gpus: { total: 6, byType: {} },
      isExclusive: true,
      nodeCount: 1,
      nodes: [],
      timeLimit: null,
      submit: 1_795_537_352_000,
      eligible: 1_795_537_352_000,
      start: null,
      end: null,
      reservation: null,
    },
  ]);
});

test("a job of a later version that is ending, where GPUs are not accounted for", () => {
  const later = {
    ...EARLY,
    array_job_id: set(0),
    array_max_tasks: set(0),
    job_state: ["COMPLETED", "COMPLETING"],
    tres_alloc_str: "cpu=1",
    gres_detail: ["gpu:h100:2(IDX:0-1)", "gpu:h100:2(IDX:2,5)"],
    nodes: "n[1-2]",
    shared: [],
    exclusive: ["true"],
    priority: set(0),
    time_limit: set(90),
    submit_time: set(1_795_537_352),
    start_time: set(1_795_537_352),
    end_time: set(1_795_542_752),
    something: "new",
  };
  expect(jobsOfJson({ jobs: [later] })).toMatchObject([
    {
      state: "COMPLETING",
      array: null,
      tasks: 1,
      mostTasks: null,
      isHeld: false,
      isExclusive: true,
      gpus: { total: 4, byType: { h100: 4 } },
      nodes: ["n1", "n2"],
      timeLimit: 5_400_000,
      end: 1_795_542_752_000,
    },
  ]);
});

test("where nothing is accounted for, a waiting job's request counts", () => {
  const asking = {
    ...EARLY,
    array_task_string: "",
    tres_req_str: "cpu=1",
    tres_per_node: "gres/gpu:h100:4",
    node_count: 2,
  };
  expect(jobsOfJson({ jobs: [asking] })[0]?.gpus).toEqual({ total: 8, byType: { h100: 8 } });
});

test("nodes of early and later versions", () => {
  const early = {
    name: "n1",
    state: "mixed",
    state_flags: ["DRAIN"],
    features: "x,y",
    active_features: "x",
    gres: "gpu:h100:8",
    gres_used: "gpu:h100:4(IDX:0-3)",
    partitions: ["owner"],
    reason: "",
  };
  const same = { state: "MIXED", flags: ["DRAIN"], features: ["x"], partitions: ["owner"] };
  expect(nodesOfJson({ nodes: [early] })).toMatchObject([
    { ...same, gpusInUse: { total: 4 }, reason: null },
  ]);
  const later = {
    ...early,
    state: ["MIXED", "DRAIN"],
    state_flags: undefined,
    active_features: ["x"],
  };
  expect(nodesOfJson({ nodes: [later] })).toMatchObject([{ ...same, gpus: { total: 8 } }]);
});

test("a reservation needs its window", () => {
  const read = {
    name: "r",
    start_time: set(1_795_537_352),
    end_time: 1_795_547_352,
    node_list: "n[1-2]",
    users: "a,b",
  };
  expect(reservationsOfJson({ reservations: [read] })).toMatchObject([
    { nodes: ["n1", "n2"], users: ["a", "b"], accounts: [], flags: [] },
  ]);
  expect(() => reservationsOfJson({ reservations: [{ ...read, end_time: 0 }] })).toThrow(
    "answer_unreadable",
  );
});

test("past runs are those that the accounting has", () => {
  const time = {
    submission: 1_795_537_352,
    eligible: 0,
    start: 1_795_537_352,
    end: 0,
    elapsed: 60,
  };
  const allocated = [
    { type: "gres", name: "gpu", count: 4 },
    { type: "cpu", name: "", count: -2 },
  ];
  expect(
    pastRunsOfJson({ jobs: [{ job_id: 3, account: "a", nodes: "n1", time, tres: { allocated } }] }),
  ).toEqual([
    {
      id: "3",
      account: "a",
      submit: 1_795_537_352_000,
      eligible: null,
      start: 1_795_537_352_000,
      end: null,
      elapsed: 60_000,
      gpus: { total: 4, byType: {} },
      nodes: ["n1"],
    },
  ]);
});

test("slurmctld's time and release come with its diagnosis, and what it hides is not told", () => {
  const early = {
    meta: { Slurm: { release: "22.05.8" } },
    statistics: { req_time: 1_795_537_352 },
  };
  expect(controllerOfJson(early)).toMatchObject({ version: "22.05.8", privateData: ["all"] });
  const later = {
    meta: { slurm: { release: "24.11.5", cluster: "hpc" } },
    statistics: { req_time: set(1_795_537_352) },
  };
  expect(controllerOfJson(later)).toMatchObject({ cluster: "hpc", at: 1_795_537_352_000 });
  expect(() => controllerOfJson({ meta: {} })).toThrow("answer_unreadable");
});

test("levels of early and later versions", () => {
  expect(levelOfJson({ users: [{ administrator_level: "Operator" }] })).toBe("operator");
  expect(levelOfJson({ users: [{ administrator_level: ["Administrator"] }] })).toBe(
    "administrator",
  );
  expect(levelOfJson({ users: [{ administrator_level: ["None"] }] })).toBe("none");
  expect(levelOfJson({ users: [] })).toBe("none");
});

test.each([{}, { jobs: null }, { jobs: [{ name: "no number" }] }, "text"])(
  "an answer like %j is refused",
  (answer) => expect(() => jobsOfJson(answer)).toThrow("answer_unreadable"),
);
