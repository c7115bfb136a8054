import type { SeedReport } from "./report.ts";

/** What has been lived so far. */
export class Tally {
  seeds = 0;
  commands = 0;
  events = 0;
  readonly failures: SeedReport[] = [];
  readonly #counts = new Map<string, number>();
  readonly #begun = performance.now();

  hear(report: SeedReport): void {
    this.seeds += 1;
    this.commands += report.commands;
    this.events += report.events;
    for (const [what, count] of report.counts) {
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    }
    if (report.failure !== null) this.failures.push(report);
  }

  get line(): string {
    const done = `${inFull(this.seeds)} seeds, ${inFull(this.commands)} commands, ${inFull(this.events)} events`;
    return `${done} in ${Math.round(this.#seconds)} s (${this.speed})`;
  }

  get speed(): string {
    const rate = (count: number): string => inFull(Math.round(count / this.#seconds));
    return `${rate(this.seeds)} seeds/s, ${rate(this.commands)} commands/s`;
  }

  get #seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** How often each command was decided, and how: most often first. */
  get decided(): readonly string[] {
    const byCount = [...this.#counts].sort((a, b) => b[1] - a[1]);
    return byCount.map(([what, count]) => `${String(count).padStart(9)}  ${what}`);
  }
}

function inFull(count: number): string {
  return count.toLocaleString("en");
}
