import { type DurationMs, HOUR_MS, MINUTE_MS } from "../units.ts";
import { type ClusterOptions, type DemoCluster, generateCluster } from "./cluster.ts";
import { meanGpusHeld } from "./jobs.ts";
import type { Lane, Path, Profile, Sessions } from "./profile.ts";
import { JOBS, POST_TRAINING, PRETRAINING } from "./profiles.ts";

/** A cluster that is not there: an extreme of what an owner may bring. */
export interface Family {
  readonly name: string;
  readonly generate: (options: Omit<ClusterOptions, "step">) => DemoCluster;
}

const NO_SESSIONS: Sessions = {
  perDay: 0,
  gpus: 8,
  opens: [8, 12],
  closes: [17, 24],
  weekend: 1,
  sigma: 0,
};
const STEADY: Path = [[0, 1]];

interface Shape extends Partial<Omit<Profile, "name" | "jobs">> {
  readonly gpus: number;
  /** Share of the GPUs that jobs hold on average. */
  readonly jobs: number;
  readonly weekendJobs?: number;
  /** Largest share of the GPUs that one sweep asks for. */
  readonly sweep?: number;
  readonly step?: DurationMs;
}

/** Jobs of up to a node on small clusters; a large cluster has fewer and larger ones rather than millions. */
function jobFlow({ gpus, jobs, weekendJobs = 0.85, sweep = 0.1 }: Shape): Profile["jobs"] {
  const unit = Math.max(1, Math.round(gpus / 1024));
  const most = Math.max(3, Math.round((sweep * gpus) / unit));
  const flow = {
    ...JOBS,
    weekend: weekendJobs,
    gpus: [1, 2, 4, 8].map((size) => [size * unit, 1 / size] as const),
    sweeps: { chance: 0.02, jobs: [2, most], gpusPerJob: [[unit, 1]] } as const,
  };
  return { ...flow, perHour: (jobs * gpus) / meanGpusHeld({ ...flow, perHour: 1 }) };
}

function family(name: string, shape: Shape): Family {
  const {
    jobs: _jobs,
    gpus,
    weekendJobs: _weekend,
    sweep: _sweep,
    step = HOUR_MS,
    ...rest
  } = shape;
  const profile: Profile = {
    name,
    capacity: [[0, gpus]],
    level: STEADY,
    regimes: { meanDays: 7, sigma: 0.05 },
    sessions: NO_SESSIONS,
    lanes: [],
    outage: null,
    ...rest,
    jobs: jobFlow(shape),
  };
  return { name, generate: (options) => generateCluster(profile, { ...options, step }) };
}

function sessions(perDay: number, weekend: number): Sessions {
  return { ...NO_SESSIONS, perDay, weekend, sigma: 0.1 };
}

function drift(from: number, to: number): Path {
  return [
    [0, from],
    [1, to],
  ];
}

const STEPS: Lane = { ...POST_TRAINING, durationHours: [100, 400], lullHours: [50, 300] };
const SURPRISES: Lane = { ...POST_TRAINING, durationHours: [1, 24], declared: 0.1 };

const LARGE: Lane = {
  ...PRETRAINING,
  gpus: [
    [8192, 0.5],
    [4096, 0.5],
  ],
};

/** A dozen and more clusters that are not there; the same options give the same bytes. */
export const FAMILIES: readonly Family[] = [
  family("quiet steps", { gpus: 1024, jobs: 0.05, sweep: 0.01, lanes: [STEPS] }),
  family("diurnal", { gpus: 1024, jobs: 0.2, sessions: sessions(70, 0.9) }),
  family("weekly", { gpus: 1024, jobs: 0.3, weekendJobs: 0.1, sessions: sessions(50, 0.1) }),
  family("drifting up", { gpus: 1024, jobs: 0.6, level: drift(0.4, 1.6) }),
  family("drifting down", { gpus: 1024, jobs: 0.6, level: drift(1.6, 0.4) }),
  family("changing regimes", { gpus: 1024, jobs: 0.6, regimes: { meanDays: 12, sigma: 0.6 } }),
  family("queueing", { gpus: 1024, jobs: 0.85, sweep: 0.3, sessions: sessions(25, 0.5) }),
  family("nearly full", {
    gpus: 2048,
    jobs: 0.95,
    sweep: 0.02,
    regimes: { meanDays: 7, sigma: 0 },
  }),
  family("nearly empty", { gpus: 1024, jobs: 0.05 }),
  family("bursts of large runs", {
    gpus: 2048,
    jobs: 0.2,
    lanes: [SURPRISES, SURPRISES, SURPRISES],
  }),
  family("tiny", { gpus: 64, jobs: 0.6, sweep: 0.3 }),
  family("large", { gpus: 16_384, jobs: 0.5, lanes: [LARGE, POST_TRAINING] }),
  family("ten-minute steps", { gpus: 1024, jobs: 0.6, step: (10 * MINUTE_MS) as DurationMs }),
  family("growing and shrinking", {
    gpus: 1024,
    jobs: 0.7,
    capacity: [
      [0, 1024],
      [0.4, 1536],
      [0.8, 896],
    ],
  }),
  family("outage", { gpus: 1024, jobs: 0.6, outage: { at: 0.5, hours: 30 } }),
];
