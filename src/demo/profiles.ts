import type { JobFlow, Lane, Profile } from "./profile.ts";

/**
 * Alibaba spot-GPU trace 2026: half of the jobs last less than 20 minutes, nine tenths less than 12.7 hours,
 * 6 % more than 3 days; the last point makes those take 78 % of the GPU time.
 */
const DURATION_HOURS = [
  [0, 0.003],
  [0.5, 1 / 3],
  [0.9, 12.7],
  [0.94, 72],
  [1, 310],
] as const;

/** Alibaba: fewest arrivals from 04 to 06 h, most from 10 to 21 h. */
const BY_HOUR = [
  0.85, 0.7, 0.55, 0.45, 0.35, 0.35, 0.4, 0.5, 0.7, 0.95, 1.25, 1.35, 1.25, 1.3, 1.45, 1.5, 1.5,
  1.45, 1.35, 1.3, 1.3, 1.25, 1.05, 0.9,
] as const;

/** Alibaba: 105 arrivals an hour, 500 in one hour of a hundred: one submission in twenty is a sweep. */
export const JOBS: JobFlow = {
  perHour: 105,
  durationHours: DURATION_HOURS,
  gpus: [
    [1, 0.8],
    [2, 0.08],
    [4, 0.06],
    [8, 0.055],
    [16, 0.004],
    [64, 0.001],
  ],
  sweeps: {
    chance: 0.05,
    jobs: [20, 240],
    gpusPerJob: [
      [1, 0.5],
      [2, 0.3],
      [4, 0.2],
    ],
  },
  byHour: BY_HOUR,
  weekend: 0.85,
};

/** Hours of many GPUs that nobody announced a week ahead. */
const EVALUATION: Lane = {
  group: "evaluation",
  gpus: [
    [128, 0.3],
    [256, 0.4],
    [512, 0.3],
  ],
  durationHours: [1, 6],
  lullHours: [3, 20],
  declared: 0.2,
  aheadHours: [12, 48],
  falseStarts: 1,
};

/** Busy and driven by jobs; idle falls from more than a third to almost nothing, as Alibaba's A100 did. */
export const A100: Profile = {
  name: "A100-80G",
  capacity: [[0, 3456]],
  level: [
    [0, 0.81],
    [0.5, 0.85],
    [0.6, 1.21],
    [1, 1.21],
  ],
  regimes: { meanDays: 6, sigma: 0.04 },
  jobs: JOBS,
  sessions: { perDay: 65, gpus: 8, opens: [9, 16], closes: [22, 26], weekend: 0.85, sigma: 0.15 },
  lanes: [EVALUATION],
  outage: null,
};

/** Days to weeks on most of the cluster, then a lull. Launches that fail at once are as common as in Acme Kalos. */
export const PRETRAINING: Lane = {
  group: "pretraining",
  gpus: [
    [1536, 0.6],
    [1024, 0.3],
    [512, 0.1],
  ],
  durationHours: [100, 500],
  lullHours: [24, 150],
  declared: 0.95,
  aheadHours: [48, 500],
  falseStarts: 10,
};

/** Acme Kalos: runs of 64 to 512 GPUs; with the false starts, one launch in ten lasts longer than 10 hours. */
export const POST_TRAINING: Lane = {
  group: "post-training",
  gpus: [
    [64, 0.2],
    [128, 0.2],
    [256, 0.4],
    [512, 0.2],
  ],
  durationHours: [1, 48],
  lullHours: [2, 48],
  declared: 0.7,
  aheadHours: [12, 96],
  falseStarts: 8,
};

/** A cluster for large runs of language models, of which no usage has been published; runs as in Acme Kalos. */
export const H100: Profile = {
  name: "H100",
  capacity: [[0, 2048]],
  level: [[0, 1]],
  regimes: { meanDays: 7, sigma: 0.1 },
  jobs: { ...JOBS, perHour: 10 },
  sessions: { perDay: 12, gpus: 8, opens: [8, 13], closes: [17, 24], weekend: 0.4, sigma: 0.2 },
  lanes: [PRETRAINING, POST_TRAINING],
  outage: null,
};

/** Runs of a day or two on a tenth of the cluster: Venus differs more from day to day than from week to week. */
const PROJECTS: Lane = {
  group: "projects",
  gpus: [
    [64, 0.5],
    [96, 0.3],
    [128, 0.2],
  ],
  durationHours: [8, 72],
  lullHours: [6, 48],
  declared: 0.5,
  aheadHours: [12, 72],
  falseStarts: 1,
};

/** Never full, with small jobs and one outage, as Helios Venus was in spring 2020. */
export const V100: Profile = {
  name: "V100",
  capacity: [[0, 1080]],
  level: [[0, 1]],
  regimes: { meanDays: 8, sigma: 0.05 },
  jobs: {
    ...JOBS,
    perHour: 39,
    gpus: [
      [1, 0.86],
      [2, 0.06],
      [4, 0.05],
      [8, 0.03],
    ],
    sweeps: { chance: 0.04, jobs: [5, 60], gpusPerJob: [[1, 1]] },
  },
  sessions: { perDay: 10, gpus: 8, opens: [9, 15], closes: [20, 26], weekend: 0.6, sigma: 0.2 },
  lanes: [PROJECTS],
  outage: { at: 0.51, hours: 17 },
};

/** The demo's site: three SKUs. */
export const DEMO_PROFILES: readonly Profile[] = [A100, H100, V100];
