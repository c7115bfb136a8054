/** A lab for as long as a benchmark takes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringUp, type Lab, takeDown } from "../src/labs/slurm/lab.ts";

/**
 * Brings up a lab, works in it, and leaves nothing of it, also where it fails or Ctrl-C ends it.
 * @param work is given the lab, and a folder that goes with it
 */
export async function inLab<T>(
  nodes: number,
  work: (lab: Lab, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-bench-"));
  const place = join(folder, "lab");
  const interrupted = new AbortController();
  const stop = async (): Promise<void> => {
    await takeDown(place);
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupt = (): void => {
    interrupted.abort();
    void stop().finally(() => process.exit(1));
  };
  process.once("SIGINT", interrupt);
  try {
    return await work(await bringUp(place, nodes, { signal: interrupted.signal }), folder);
  } finally {
    process.off("SIGINT", interrupt);
    await stop();
  }
}
