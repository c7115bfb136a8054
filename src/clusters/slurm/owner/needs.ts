/**
 * What the owner needs of a pool, now and later: one list, from which demand and declared runs are both made, so that they
 * agree. What a running or waiting job needs is declared from the time on from which it has counted as demand; a job that
 * nobody knew of is a surprise, and one that was announced is none.
 */
import type { SlurmJob, SlurmReservation, SlurmSeen } from "../seen.ts";
import type { EpochMs, Gpus } from "../../../units.ts";
import {
  addGpus,
  ceilTo,
  DAY_MS,
  durationMs,
  earlier,
  earliest,
  HOUR_MS,
  later,
  latest,
  maxGpus,
  NO_GPUS,
} from "../../../units.ts";
import { gpusHeld, gpusOfNodes, gpusWanted, type Place, placeOf } from "./gpus-of-job.ts";
import { nodesOfPool, type SlurmPool } from "./pool.ts";
import { beginsLater, hasGpus, waitsForGpus } from "./waiting.ts";
import { isMarkets } from "./whose.ts";

export interface Need {
  /** Unique in the pool, and the same in every picture. */
  readonly id: string;
  readonly name: string;
  readonly gpus: Gpus;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Slurm itself plans jobs without a limit as a year. */
const NO_LIMIT = durationMs(365 * DAY_MS);
const MOMENT = durationMs(1);

interface Picture {
  readonly now: EpochMs;
  /** The owner's reservations that aren't maintenance. */
  readonly reservations: ReadonlyMap<string, SlurmReservation>;
  /** The owner's jobs outside of these reservations. */
  readonly jobs: readonly SlurmJob[];
  readonly inside: readonly SlurmJob[];
  readonly partitions: readonly string[];
  /** Nodes that are up: what is on others takes nothing from the capacity. */
  readonly up: Place;
  readonly all: Place;
}

/** @param now by this machine's clock, which is slurmctld's but for what is tolerated */
export function needsOf(seen: SlurmSeen, pool: SlurmPool, now: EpochMs): Need[] {
  const picture = pictureOf(seen, pool, now);
  const maintenance = seen.reservations.filter((each) => isMaintenance(each) && each.start > now);
  const needs = [
    ...[...picture.reservations.values(), ...maintenance].map((each) =>
      ofReservation(each, picture),
    ),
    ...picture.jobs.filter(hasGpus).map((job) => ofRunning(job, picture)),
    ...picture.jobs.filter((job) => waitsForGpus(job, now)).map((job) => ofWaiting(job, picture)),
    ...picture.jobs.filter((job) => beginsLater(job, now)).map((job) => ofLater(job, picture)),
  ];
  return needs.filter((need) => need.gpus > 0 && need.end > now);
}

function pictureOf(seen: SlurmSeen, pool: SlurmPool, now: EpochMs): Picture {
  const nodes = nodesOfPool(seen, pool);
  const owned = seen.reservations.filter((each) => !isMarkets(each.name) && !isMaintenance(each));
  const reservations = new Map(owned.map((each) => [each.name, each]));
  const jobs = seen.jobs.filter(({ account }) => !isMarkets(account));
  const isInside = (job: SlurmJob): boolean => reservations.has(job.reservation ?? "");
  return {
    now,
    reservations,
    jobs: jobs.filter((job) => !isInside(job)),
    inside: jobs.filter(isInside),
    partitions: pool.partitions,
    up: placeOf(
      nodes.filter(({ isUp }) => isUp),
      pool.gpuType,
    ),
    all: placeOf(nodes, pool.gpuType),
  };
}

/** While it is under way its nodes are no capacity. */
function isMaintenance({ name, flags }: SlurmReservation): boolean {
  return flags.includes("MAINT") && !isMarkets(name);
}

/** Nobody else may use its nodes while it lasts; jobs in it that lie elsewhere count besides. */
function ofReservation(reservation: SlurmReservation, picture: Picture): Need {
  const { name, start, end } = reservation;
  const place = start > picture.now ? picture.all : picture.up;
  const reserved = gpusOfNodes(reservation.nodes.flatMap((node) => place.nodes.get(node) ?? []));
  const jobs = picture.inside.filter((job) => job.reservation === name && hasGpus(job));
  const held = jobs.reduce((sum, job) => addGpus(sum, gpusHeld(job, picture.up)), NO_GPUS);
  return { id: `reservation-${name}`, name, gpus: maxGpus(reserved, held), start, end };
}

function ofRunning(job: SlurmJob, { now, up }: Picture): Need {
  const start = before(job.start ?? job.submit, now);
  const end = job.end ?? later(start, NO_LIMIT);
  return { ...named(job), gpus: gpusHeld(job, up), start, end: latest(end, nextHour(now)) };
}

/** It has counted since nothing but a want of GPUs kept it. When it will start is foreseen to the hour, or not at all. */
function ofWaiting(job: SlurmJob, picture: Picture): Need {
  const { now } = picture;
  const begin = nextHour(latest(job.start ?? now, now));
  const end = later(begin, job.timeLimit ?? NO_LIMIT);
  return {
    ...named(job),
    gpus: wanted(job, picture),
    start: before(job.eligible ?? now, now),
    end,
  };
}

function ofLater(job: SlurmJob, picture: Picture): Need {
  const start = job.eligible ?? picture.now;
  const end = later(start, job.timeLimit ?? NO_LIMIT);
  return { ...named(job), gpus: wanted(job, picture), start, end };
}

function wanted(job: SlurmJob, picture: Picture): Gpus {
  if (!job.partitions.some((each) => picture.partitions.includes(each))) return NO_GPUS;
  // It waits for a reservation that is not to be seen.
  if (job.reservation !== null) return NO_GPUS;
  const isOfArray = (each: SlurmJob): boolean => each.array === job.array && hasGpus(each);
  const runningTasks = job.array === null ? 0 : picture.jobs.filter(isOfArray).length;
  return gpusWanted(job, runningTasks, picture.all);
}

function named({ id, name }: SlurmJob): Pick<Need, "id" | "name"> {
  return { id: `job-${id}`, name };
}

/** What is there already began before now, whatever the clocks say. */
function before(time: EpochMs, now: EpochMs): EpochMs {
  return earliest(time, earlier(now, MOMENT));
}

/** Moves once an hour, so that a job that outlives its limit is not declared anew at each reading. */
function nextHour(time: EpochMs): EpochMs {
  return ceilTo(later(time, MOMENT), HOUR_MS);
}
