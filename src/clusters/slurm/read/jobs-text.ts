import type { SlurmJob } from "../seen.ts";
import { arrayTasksOf } from "./array-tasks.ts";
import { askedGpus } from "./asked-gpus.ts";
import { countsOfTres } from "./gpu-counts.ts";
import { hostsOf } from "./host-list.ts";
import { countOf, limitOf, listOf, textOrNull, timeOf, timeOrNull, unreadable } from "./words.ts";

const FIELDS = [
  "JobID",
  "ArrayJobID",
  "ArrayTaskID",
  "UserName",
  "Account",
  "Partition",
  "State",
  "Reason",
  "PriorityLong",
  "tres-alloc",
  "tres-per-node",
  "tres-per-job",
  "tres-per-task",
  "tres-per-socket",
  "NumNodes",
  "NumTasks",
  "Sockets",
  "OverSubscribe",
  "NodeList",
  "TimeLimit",
  "StartTime",
  "SubmitTime",
  "EligibleTime",
  "EndTime",
  "Reservation",
  "Name",
] as const;

type Field = (typeof FIELDS)[number];

/**
 * Asks for all jobs. A width of 0 cuts nothing off.
 * @param delimiter made anew for each call, from letters, digits and `<>`: a job's name may hold anything that its user
 * knows, and no user knows what is drawn now
 */
export function jobsCommand(delimiter: string): readonly string[] {
  const format = FIELDS.map((field) => `${field}:0${delimiter}`).join(",");
  return ["squeue", "--noheader", "--all", "--Format", format];
}

/** @param text of {@link jobsCommand}, with the same delimiter @throws SlurmFault */
export function jobsOfText(text: string, delimiter: string): SlurmJob[] {
  const cells = text.split(delimiter);
  const rest = cells.pop() ?? "";
  if (rest.trim() !== "" || cells.length % FIELDS.length !== 0) {
    throw unreadable("squeue's list", "whole", text.slice(-80));
  }
  return Array.from({ length: cells.length / FIELDS.length }, (_, row) =>
    jobOf((field) => cells[row * FIELDS.length + FIELDS.indexOf(field)]?.trim() ?? ""),
  );
}

function jobOf(at: (field: Field) => string): SlurmJob {
  const id = at("JobID");
  const what = (field: Field): string => `${field} of job ${id}`;
  const isWaiting = at("State") === "PENDING";
  const start = timeOrNull(what("StartTime"), at("StartTime"));
  const timeLimit = limitOf(what("TimeLimit"), at("TimeLimit"));
  return {
    id: String(countOf("a job's number", id)),
    ...arrayOf(at, isWaiting),
    name: at("Name"),
    user: at("UserName"),
    account: textOrNull(at("Account")) ?? "",
    partitions: listOf(at("Partition")),
    state: at("State"),
    reason: at("Reason"),
    isHeld: isWaiting && at("PriorityLong") === "0",
    gpus: gpusOfJob(at),
    isExclusive: at("OverSubscribe") === "NO",
    nodeCount: countOf(what("NumNodes"), at("NumNodes").split("-")[0] ?? ""),
    nodes: isWaiting ? [] : hostsOf(textOrNull(at("NodeList")) ?? ""),
    timeLimit,
    submit: timeOf(what("SubmitTime"), at("SubmitTime")),
    eligible: timeOrNull(what("EligibleTime"), at("EligibleTime")),
    start,
    end: timeLimit === null ? null : timeOrNull(what("EndTime"), at("EndTime")),
    reservation: textOrNull(at("Reservation")),
  };
}

function arrayOf(at: (field: Field) => string, isWaiting: boolean) {
  const task = textOrNull(at("ArrayTaskID"));
  const tasks = arrayTasksOf(isWaiting ? task : null);
  return { array: task === null ? null : at("ArrayJobID"), ...tasks };
}

function gpusOfJob(at: (field: Field) => string) {
  const counted = countsOfTres(at("tres-alloc"));
  if (counted.total > 0) return counted;
  const number = (field: Field): number => Number(/^\d+/.exec(at(field))?.[0] ?? 1);
  return askedGpus({
    perJob: at("tres-per-job"),
    perNode: at("tres-per-node"),
    perTask: at("tres-per-task"),
    perSocket: at("tres-per-socket"),
    nodes: number("NumNodes"),
    tasks: number("NumTasks"),
    sockets: number("Sockets"),
  });
}
