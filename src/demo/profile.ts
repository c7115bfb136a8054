import type { Quantiles, Range, Weighted } from "./random.ts";

/** Points `[share of the span, value]`, share rising from 0; what lies between them is the reader's choice. */
export type Path = readonly (readonly [share: number, value: number])[];

/** Everything that makes one SKU's cluster what it is. Chance enters only through the seed. */
export interface Profile {
  /** The SKU. */
  readonly name: string;
  /** GPUs that exist: a step function. */
  readonly capacity: Path;
  /** Factor on jobs and sessions, interpolated: how demand drifts over the whole span. */
  readonly level: Path;
  readonly regimes: Regimes;
  readonly jobs: JobFlow;
  readonly sessions: Sessions;
  readonly lanes: readonly Lane[];
  readonly outage: Outage | null;
}

/** Stretches of days in which a team works harder or less hard than the drift says. */
export interface Regimes {
  readonly meanDays: number;
  /** Deviation of the logarithm of each stretch's factor; 0 for none. */
  readonly sigma: number;
}

/** Jobs that arrive by themselves or in sweeps of many at once. */
export interface JobFlow {
  readonly perHour: number;
  readonly durationHours: Quantiles;
  readonly gpus: Weighted;
  readonly sweeps: Sweeps;
  /** Arrivals by hour of the day, UTC, beside their mean; 24 numbers whose mean is 1. */
  readonly byHour: readonly number[];
  /** Arrivals on Saturday and Sunday beside a weekday's. */
  readonly weekend: number;
}

/** Many jobs of one size submitted in one moment, as a search over hyper-parameters is. */
export interface Sweeps {
  /** Share of the submissions that are sweeps. */
  readonly chance: number;
  readonly jobs: Range;
  readonly gpusPerJob: Weighted;
}

/** GPUs that people hold while they work: notebooks, debugging, daily evaluations. */
export interface Sessions {
  readonly perDay: number;
  readonly gpus: number;
  /** Hours of the day; a closing hour above 24 is after midnight. */
  readonly opens: Range;
  readonly closes: Range;
  readonly weekend: number;
  /** Deviation of the logarithm of a day's number of sessions. */
  readonly sigma: number;
}

/** Large runs one after another, with a lull between each and the next. */
export interface Lane {
  readonly group: string;
  readonly gpus: Weighted;
  readonly durationHours: Range;
  readonly lullHours: Range;
  /** Share of the runs that the owner's calendar knows. */
  readonly declared: number;
  /** How long before its start a run is declared. */
  readonly aheadHours: Range;
  /** Short launches that fail before the run holds; at most this many. */
  readonly falseStarts: number;
}

/** The whole cluster is down. */
export interface Outage {
  /** Where in the span it begins, as a share. */
  readonly at: number;
  readonly hours: number;
}
