import { array, assert as holds, integer, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Allotment, JobRequest } from "../../../ports.ts";
import { durationMs, epochMs, gpus, HOUR_MS, later, MINUTE_MS } from "../../../units.ts";
import { jobNameOf, requestDigest, slurmNameOf } from "./job-name.ts";
import { MOST_LOG, pieceOf } from "./job-log.ts";
import { jobScript } from "./job-script.ts";
import { notTaken } from "./not-taken.ts";
import { pastJobsOfText } from "./past-jobs.ts";
import { roomFor } from "./room.ts";
import { sbatchWords } from "./sbatch-words.ts";

const START = epochMs(Date.UTC(2026, 11, 1));

const REQUEST: JobRequest = {
  name: "train",
  work: { type: "script", script: "#!/bin/sh\ntrue\n" },
  nodes: null,
  gpusPerNode: null,
  tasks: null,
  cpusPerTask: null,
  memoryGibPerNode: null,
  timeLimit: null,
  noticeSignal: null,
};

function minutes(count: number): object {
  return { timeLimit: count * MINUTE_MS };
}

function line(...cells: readonly string[]): string {
  return cells.join("<x>");
}

describe("a job's name in Slurm", () => {
  test("gives back the holder's own, whatever it looks like", () => {
    holds(
      property(string(), string(), (own, key) => {
        const name = jobNameOf(
          slurmNameOf(own.replaceAll(/[\n\r\u2028\u2029]/g, ""), "con_1", key),
        );
        expect(name?.own).toBe(own.replaceAll(/[\n\r\u2028\u2029]/g, ""));
        expect(name?.request).toBe(requestDigest(key));
      }),
    );
  });

  test("differs where the request has no key, and is nobody's without its end", () => {
    expect(slurmNameOf("a", "con_1", null)).not.toBe(slurmNameOf("a", "con_1", null));
    expect(jobNameOf("train.spw-12")).toBeNull();
  });
});

describe("what of a contract's a job gets", () => {
  const end = later(START, HOUR_MS);
  const node = { fabric: "a", gpus: gpus(8), start: START, end };
  const allotment: Allotment = {
    contract: "con_1",
    holder: "acme",
    start: START,
    end,
    nodes: [
      { ...node, node: "n1" },
      { ...node, node: "n2" },
    ],
    recalls: [],
  };
  const due = later(START, durationMs(30 * MINUTE_MS));
  const recall = { recall: "rec_1", noticed: START, due, gpus: gpus(8) };
  const [n1, n2] = allotment.nodes;
  const partly = { ...allotment, nodes: [{ ...n1!, end: due }, n2!], recalls: [recall] };
  const wholly = {
    ...allotment,
    nodes: allotment.nodes.map((each) => ({ ...each, end: due })),
    recalls: [recall],
  };
  const whole = { gpusPerNode: 8, isWhole: true };

  test.each<[string, object, Allotment, number, unknown]>([
    ["all of it, until it ends", {}, allotment, 1, { nodes: 2, ...whole, ...minutes(58) }],
    ["from its start", {}, allotment, -60, { nodes: 2, ...whole, ...minutes(59) }],
    [
      "what is asked for",
      { nodes: 1, gpusPerNode: 2, ...minutes(5) },
      allotment,
      1,
      {
        nodes: 1,
        gpusPerNode: 2,
        isWhole: false,
        ...minutes(5),
      },
    ],
    ["half a minute as one", { timeLimit: 90_000 }, allotment, 1, minutes(2)],
    ["none of the recalled nodes", {}, partly, 1, { nodes: 1, excluded: ["n1"], ...minutes(58) }],
    [
      "recalled ones too, where it ends in time",
      minutes(20),
      partly,
      1,
      { nodes: 2, excluded: [], ...minutes(20) },
    ],
    ["recalled ones too, where it wants so many", { nodes: 2 }, partly, 1, { ...minutes(28) }],
    ["what lasts so long", minutes(30), partly, 1, { nodes: 1, excluded: ["n1"] }],
    ["what is left until all is recalled", {}, wholly, 1, { nodes: 2, ...minutes(28) }],
    ["no node that is due within a quarter of an hour", minutes(5), partly, 15, { nodes: 1 }],
    ["nothing where all are due as soon", {}, wholly, 15, "contract_over"],
    ["no longer on more nodes", { nodes: 2, ...minutes(30) }, partly, 1, "job_too_long"],
    ["nothing of no nodes", {}, { ...allotment, nodes: [] }, 1, "not_delivered_yet"],
    ["nothing within the last minute", {}, allotment, 59, "contract_over"],
    ["no more nodes", { nodes: 3 }, allotment, 1, "job_too_large"],
    ["no more GPUs of a node", { gpusPerNode: 9 }, allotment, 1, "job_too_large"],
    ["no more time", minutes(59), allotment, 1, "job_too_long"],
  ])("%s", (_, asked, of, minute, room) => {
    const now = epochMs(START + minute * MINUTE_MS);
    const got = roomFor({ ...REQUEST, ...asked }, of, now);
    if (typeof room === "string") expect(got).toBe(room);
    else expect(got).toMatchObject(room as object);
  });
});

describe("sbatch's words", () => {
  const where = {
    slurmName: "train.spw-1-2",
    account: "spw-acme",
    reservation: "spw-lab_con_1",
    partition: "market",
    gpuType: "h100",
    home: "/home/acme",
    nodes: 2,
    excluded: [],
    gpusPerNode: gpus(8),
    isWhole: true,
    timeLimit: durationMs(5 * MINUTE_MS),
  };

  test("name the place, and take whole nodes with all they have", () => {
    const words = sbatchWords(where, REQUEST);
    const expected = ["account=spw-acme", "partition=market", "reservation=spw-lab_con_1"];
    const size = ["nodes=2", "ntasks=2", "gres=gpu:h100:8", "exclusive", "mem=0", "time=5"];
    for (const word of [...expected, ...size]) expect(words).toContain(`--${word}`);
  });

  test("bring nothing of Spillway's environment along", () => {
    expect(sbatchWords(where, REQUEST)).toEqual(
      expect.arrayContaining(["--export=NONE", "--propagate=NONE", "--no-requeue"]),
    );
  });

  test("ask for what is wanted of a part of a node", () => {
    const part = { ...where, isWhole: false, gpusPerNode: gpus(2), gpuType: null };
    const asked = { ...REQUEST, tasks: 6, cpusPerTask: 4, memoryGibPerNode: 64 };
    const words = sbatchWords(part, asked);
    const expected = ["ntasks=6", "cpus-per-task=4", "mem=64G", "gres=gpu:2"];
    for (const word of expected) expect(words).toContain(`--${word}`);
    expect(words).not.toContain("--exclusive");
    const without = sbatchWords({ ...part, excluded: ["n1", "n3"] }, asked);
    expect(without).toContain("--exclude=n1,n3");
  });
});

describe("the batch script", () => {
  const scripted = { ...REQUEST, contract: "con_1", user: "acme", home: "/home/acme", nodes: 2 };

  test("holds the holder's script as base64 alone", () => {
    const script = `#!/bin/sh\n--end--\n$(touch /never) "'\\\n`;
    const text = jobScript({ ...scripted, work: { type: "script", script } });
    expect(text).not.toContain("/never");
    const [, encoded = ""] = /<< '--end--'.*\n([\s\S]*?)\n--end--\n/.exec(text) ?? [];
    expect(Buffer.from(encoded, "base64").toString()).toBe(script);
  });

  test("starts a container's command with every word as it is, and shows it the notice's folder", () => {
    const command = ["python", "-c", "print('$HOME; x')"];
    const work = {
      type: "container",
      image: "docker://nvcr.io#nvidia/pytorch:24.01-py3",
      command,
    } as const;
    expect(jobScript({ ...scripted, work, tasks: 1 })).toContain(
      `srun --overlap --export=ALL --nodes=1 --ntasks=1 '--container-image=docker://nvcr.io#nvidia/pytorch:24.01-py3' --container-mounts="$own:$own" -- python -c 'print('\\''$HOME; x'\\'')' < /dev/null &`,
    );
  });

  test("signals steps alone, and only where it was asked for", () => {
    expect(jobScript(scripted)).not.toContain("scancel");
    expect(jobScript({ ...scripted, noticeSignal: "TERM" })).toContain(
      'scancel --signal=TERM "$SLURM_JOB_ID"',
    );
  });
});

describe("the accounting's jobs", () => {
  const name = slurmNameOf("train", "con_1", null);
  const tres = "billing=128,gres/gpu:h100=16,gres/gpu=16";
  const text = [
    line(
      "7",
      "spw-acme",
      "FAILED",
      "7:0",
      "1795549320",
      "1795549321",
      "1795549400",
      tres,
      tres,
      "n[1-2]",
      name,
    ),
    line(
      "8",
      "spw-acme",
      "FAILED",
      "0:9",
      "1795549320",
      "1795549321",
      "1795549400",
      tres,
      tres,
      "n1",
      name,
    ),
    line(
      "9",
      "spw-acme",
      "RUNNING",
      "0:0",
      "1795549320",
      "1795549321",
      "Unknown",
      tres,
      tres,
      "n1",
      name,
    ),
    line(
      "10",
      "spw-acme",
      "CANCELLED by 1",
      "0:0",
      "1795549320",
      "1795549400",
      "1795549400",
      "",
      tres,
      "None",
      name,
    ),
    line(
      "11",
      "spw-acme",
      "PENDING",
      "0:0",
      "1795549320",
      "Unknown",
      "Unknown",
      "",
      tres,
      "n1",
      "allocation",
    ),
    line(
      "12",
      "spw-rival",
      "FAILED",
      "7:0",
      "1795549320",
      "1795549321",
      "1795549400",
      tres,
      tres,
      "n1",
      name,
    ),
    line(
      "13",
      "spw-acme",
      "FAILED",
      "7:0",
      "1795549320",
      "1795549321",
      "1795549400",
      tres,
      tres,
      "n1",
      "own\nname",
    ),
  ].join("\n");

  test("are those of the holder's account that came by way of Spillway", () => {
    const jobs = pastJobsOfText(text, "<x>", "spw-acme").map(({ job }) => job);
    expect(jobs).toMatchObject([
      { id: "7", name: "train", status: "failed", exitCode: 7, signal: null, nodes: ["n1", "n2"] },
      { id: "8", exitCode: null, signal: 9, ended: 1_795_549_400_000 },
      { id: "9", status: "lost", exitCode: null, ended: null },
      { id: "10", status: "cancelled", exitCode: null, started: null, gpus: 16, nodes: [] },
    ]);
  });

  test("are refused where a line is not whole", () => {
    expect(() => pastJobsOfText(`7<x>spw-acme<x>${name}`, "<x>", "spw-acme")).toThrow(
      "a line of sacct is not whole",
    );
  });
});

test.each([
  [
    "sbatch: error: Batch job submission failed: Requested reservation is invalid",
    "not_delivered_yet",
  ],
  [
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified",
    "not_delivered_yet",
  ],
  ["sbatch: error: Batch job submission failed: Job violates accounting/QOS policy", "job_refused"],
])("%s: %s", (stderr, refusal) => {
  const said = stderr.replace("sbatch: error: Batch job submission failed: ", "");
  expect(notTaken("here", { code: 1, stdout: "", stderr })).toEqual({ refusal, said });
});

test("a slurmctld that does not answer is no refusal of a job", () => {
  const stderr = "sbatch: error: Batch job submission failed: Unable to contact slurm controller";
  expect(() => notTaken("here", { code: 1, stdout: "", stderr })).toThrow(/^unreachable: /);
});

describe("pieces of a log", () => {
  test("make the whole of it, and go on with each", () => {
    const text = string({ unit: "grapheme", maxLength: 40 });
    holds(
      property(array(text), integer({ min: 4, max: 20 }), (lines, most) => {
        const whole = Buffer.from(lines.join("\n"));
        let [from, read] = [0, ""];
        while (from < whole.length) {
          const bytes = whole.subarray(from, from + most);
          const piece = pieceOf(bytes, from, { size: whole.length, isChosen: true });
          expect(piece.next).toBeGreaterThan(from);
          read += piece.text;
          from = piece.next;
        }
        expect(read).toBe(whole.toString());
      }),
    );
  });

  test("begin with a whole character where the reader did not choose", () => {
    const piece = pieceOf(Buffer.from("é!").subarray(1), 1, { size: 3, isChosen: false });
    expect(piece).toEqual({ from: 2, next: 3, size: 3, text: "!" });
  });

  test("go on through what is no text", () => {
    const bytes = Buffer.alloc(MOST_LOG, 0b1000_0000);
    expect(pieceOf(bytes, 0, { size: 2 * MOST_LOG, isChosen: true }).next).toBe(MOST_LOG);
  });
});
