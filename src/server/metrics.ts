/** What Prometheus reads: counted as it happens, or read from the durable state when it asks. */
import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";
import type { RequestTold } from "../http/watched.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Journal } from "../journal/journal.ts";
import type { Store } from "../ports.ts";
import type { Service } from "../service/service.ts";
import { addGauges } from "./gauges.ts";
import type { CommitTold } from "./timed-store.ts";

export interface Metrics {
  readonly request: (told: RequestTold) => void;
  readonly commit: (told: CommitTold) => void;
  /** What is there to be read once the service runs. */
  readonly follow: (parts: MeteredParts) => void;
  readonly text: () => Promise<{ readonly type: string; readonly text: string }>;
}

export interface MeteredParts {
  readonly journal: Journal;
  readonly service: Service;
  readonly store: Store;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const OUTCOMES: readonly CommitTold["outcome"][] = ["committed", "fenced", "failed"];
/** Of the events, those that someone may want to be woken for. */
const ALERTED: readonly Recorded["event"]["type"][] = ["contract_breached"];
const EVENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

export function openMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const named = (name: string, help: string) => ({ name: `spillway_${name}`, help, registers });
  const requests = new Counter({
    ...named("http_requests_total", "Requests, by operation and how they were answered"),
    labelNames: ["method", "route", "status"],
  });
  const took = new Histogram({
    ...named("http_request_seconds", "From a request to the beginning of its answer"),
    labelNames: ["method", "route"],
    buckets: SECONDS,
  });
  const commits = new Histogram({
    ...named("journal_commit_seconds", "How long the store took over a batch, by what came of it"),
    labelNames: ["outcome"],
    buckets: SECONDS,
  });
  const sizes = new Histogram({
    ...named("journal_batch_events", "Events in a batch"),
    buckets: EVENTS,
  });
  const events = new Counter({
    ...named("events_total", "Events of this process, by type"),
    labelNames: ["type"],
  });
  const info = new Counter({
    ...named("build_info", "Always 1; the version is its label"),
    labelNames: ["version"],
  });
  info.inc({ version });
  const faults = new Counter(
    named("http_faults_total", "Requests that were answered with 500: faults of Spillway's own"),
  );
  // What is not there until it first counts never seems to rise, and nobody would be woken by the first one.
  for (const outcome of OUTCOMES) commits.zero({ outcome });
  for (const type of ALERTED) events.inc({ type }, 0);
  return {
    request: ({ method, route, status, ms }) => {
      const labels = { method, route: route ?? "none" };
      requests.inc({ ...labels, status });
      if (status === 500) faults.inc();
      took.observe(labels, ms / 1_000);
    },
    commit: ({ batch, seconds, outcome }) => {
      commits.observe({ outcome }, seconds);
      if (outcome === "committed") sizes.observe(batch.entries.length);
    },
    follow: (parts) => {
      addGauges(registry, parts);
      parts.journal.listen((recorded: readonly Recorded[]) => {
        for (const { event } of recorded) events.inc({ type: event.type });
      });
    },
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
