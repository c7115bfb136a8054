import type { JobFlow, Profile } from "./profile.ts";

/**
 * Alibaba spot-GPU trace 2026: half of the jobs last less than 20 minutes, nine tenths less than 12.7 hours,
 * 6 % more than 3 days; the last point makes those take 78 % of the GPU time.
 */
export const DURATION_HOURS = [
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
  sweeps: { chance: 0.05, jobs: [10, 300], gpusPerJob: [[1, 1]] },
  byHour: BY_HOUR,
  weekend: 0.8,
};

const A100: Profile = {
  name: "A100-80G",
  capacity: [[0, 3456]],
  level: [
    [0, 0.8],
    [0.45, 0.85],
    [0.65, 1.25],
    [1, 1.2],
  ],
  regimes: { meanDays: 6, sigma: 0.1 },
  jobs: {
    ...JOBS,
    sweeps: {
      chance: 0.04,
      jobs: [20, 300],
      gpusPerJob: [
        [1, 0.5],
        [2, 0.3],
        [4, 0.2],
      ],
    },
  },
  sessions: { perDay: 65, gpus: 8, opens: [9, 16], closes: [22, 26], weekend: 0.8, sigma: 0.2 },
  lanes: [
    {
      group: "evaluation",
      gpus: [
        [128, 0.3],
        [256, 0.4],
        [512, 0.2],
        [768, 0.1],
      ],
      durationHours: [1, 12],
      lullHours: [1, 24],
      declared: 0.2,
      aheadHours: [12, 48],
      falseStarts: 1,
    },
  ],
  outage: null,
};

const H100: Profile = {
  name: "H100",
  capacity: [[0, 2048]],
  level: [[0, 1]],
  regimes: { meanDays: 7, sigma: 0.1 },
  jobs: { ...JOBS, perHour: 12 },
  sessions: { perDay: 12, gpus: 8, opens: [8, 13], closes: [17, 24], weekend: 0.4, sigma: 0.2 },
  lanes: [
    {
      group: "pretraining",
      gpus: [
        [1024, 0.7],
        [512, 0.3],
      ],
      durationHours: [72, 500],
      lullHours: [12, 120],
      declared: 0.95,
      aheadHours: [48, 500],
      falseStarts: 6,
    },
    {
      group: "post-training",
      gpus: [
        [128, 0.3],
        [256, 0.4],
        [512, 0.3],
      ],
      durationHours: [2, 60],
      lullHours: [2, 48],
      declared: 0.7,
      aheadHours: [12, 96],
      falseStarts: 3,
    },
  ],
  outage: null,
};

const V100: Profile = {
  name: "V100",
  capacity: [[0, 1080]],
  level: [[0, 1]],
  regimes: { meanDays: 8, sigma: 0.15 },
  jobs: { ...JOBS, perHour: 30 },
  sessions: { perDay: 12, gpus: 4, opens: [9, 15], closes: [20, 26], weekend: 0.6, sigma: 0.2 },
  lanes: [],
  outage: { at: 0.51, hours: 17 },
};

/** The demo's site: three SKUs. */
export const DEMO_PROFILES: readonly Profile[] = [A100, H100, V100];
