import { availableParallelism, cpus } from "node:os";

/** Where a figure was measured: processor, cores and Node version. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "an unknown processor";
  return `${availableParallelism()} cores of ${model}, Node ${process.version}`;
}

export interface Timed<T> {
  readonly result: T;
  readonly seconds: number;
  /** Of all threads; grows less than the elapsed time where others use the machine. */
  readonly cpuSeconds: number;
}

export function timed<T>(work: () => T): Timed<T> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = work();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds, cpuSeconds: (user + system) / 1e6 };
}
