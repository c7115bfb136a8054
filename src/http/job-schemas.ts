import { z } from "@hono/zod-openapi";
import type { Job, JobRequest, JobWork } from "../ports.ts";
import { formatTime } from "../wire/time.ts";
import { timeText } from "./resources.ts";
import { duration } from "./schemas.ts";

const LONGEST_SCRIPT = 262_144;
const MOST_NODES = 100_000;
const count = z.int().min(1).max(MOST_NODES);

const container = z.strictObject({
  image: z
    .string()
    .regex(/^[\w/][\w.:/@#+-]{0,254}$/, "expected an image, like nvcr.io#nvidia/pytorch:24.01-py3")
    .openapi({ example: "docker://nvcr.io#nvidia/pytorch:24.01-py3" }),
  command: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^[^\0]*$/, "expected text without NUL"),
    )
    .min(1)
    .max(100)
    .openapi({ description: "The program and its arguments; no shell reads them" }),
});

/** A job as a holder sends it. */
export const jobRequest = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "expected 1 to 64 of letters, digits, _, . and -")
      .default("job"),
    script: z
      .string()
      .max(LONGEST_SCRIPT)
      .regex(/^#![^\0]*$/, "expected #! and an interpreter in the first line, and no NUL")
      .optional()
      .openapi({
        description: "Begins with #!; its #SBATCH lines are not read",
        example: "#!/bin/bash\npython train.py\n",
      }),
    container: container.optional().openapi({ description: "Instead of a script" }),
    nodes: count.optional().openapi({ description: "Left out: all that the contract has" }),
    gpus_per_node: count.optional().openapi({ description: "Left out: all that a node has" }),
    tasks: count.optional().openapi({
      description: "How often the work is started; left out: once a node",
    }),
    cpus_per_task: count.optional(),
    memory_gib_per_node: count.optional().openapi({
      description: "Left out: all, where whole nodes are wanted; else as the cluster does",
    }),
    time_limit: duration.optional().openapi({
      description: "In whole minutes, rounded up; left out: until the nodes are given back",
    }),
    notice_signal: z.enum(["TERM", "INT", "USR1", "USR2"]).optional().openapi({
      description:
        "Sent to the work when a recall meets it; left out: none, and the notice is in the file $SPILLWAY_NOTICE_FILE alone",
    }),
  })
  .refine(({ script, container: image }) => (script === undefined) !== (image === undefined), {
    message: "expected either a script or a container",
    path: ["script"],
  })
  .openapi("JobRequest");

export type AskedJob = z.output<typeof jobRequest>;

export const jobResource = z
  .object({
    id: z.string().openapi({ description: "The cluster's own number of it" }),
    contract: z.string(),
    account: z.string(),
    name: z.string(),
    status: z
      .enum([
        "waiting",
        "running",
        "ending",
        "completed",
        "failed",
        "cancelled",
        "timed_out",
        "node_failed",
        "out_of_memory",
        "lost",
      ])
      .openapi({ description: "lost: the cluster has forgotten it, and it does not run" }),
    waits_for: z.string().nullable().openapi({ description: "In the cluster's own word" }),
    submitted: timeText,
    started: timeText.nullable(),
    ended: timeText.nullable(),
    exit_code: z.int().nullable().openapi({ description: "null: not known yet, or a signal" }),
    signal: z.int().nullable().openapi({ description: "That ended it" }),
    gpus: z.int(),
    nodes: z.array(z.string()),
  })
  .openapi("Job");

export const jobLogResource = z
  .object({
    job: z.string(),
    from: z.int().openapi({ description: "The first byte of the text in the whole log" }),
    next: z.int().openapi({ description: "Where to go on" }),
    size: z.int().openapi({ description: "Bytes of the whole, so far" }),
    text: z.string(),
  })
  .openapi("JobLog");

export function requestOf(asked: AskedJob): JobRequest {
  return {
    name: asked.name,
    work: workOf(asked),
    nodes: asked.nodes ?? null,
    gpusPerNode: asked.gpus_per_node ?? null,
    tasks: asked.tasks ?? null,
    cpusPerTask: asked.cpus_per_task ?? null,
    memoryGibPerNode: asked.memory_gib_per_node ?? null,
    timeLimit: asked.time_limit ?? null,
    noticeSignal: asked.notice_signal ?? null,
  };
}

function workOf({ script = "", container: image }: AskedJob): JobWork {
  return image === undefined ? { type: "script", script } : { type: "container", ...image };
}

export function jobView(
  job: Job,
  { contract, account }: { readonly contract: string; readonly account: string },
): z.input<typeof jobResource> {
  const { id, name, status, waitsFor, submitted, started, ended, exitCode, signal, gpus } = job;
  return {
    id,
    contract,
    account,
    name,
    status,
    waits_for: waitsFor,
    submitted: formatTime(submitted),
    started: started === null ? null : formatTime(started),
    ended: ended === null ? null : formatTime(ended),
    exit_code: exitCode,
    signal,
    gpus,
    nodes: [...job.nodes],
  };
}
