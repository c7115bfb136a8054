import type { Clock } from "../../ports.ts";
import type { SlurmAccess } from "./access/access.ts";
import { ask } from "./access/ask.ts";
import { pastRunsCommand, pastRunsOfText } from "./read/past-runs-text.ts";
import { refuseHidden, see, seeController, seeOwn } from "./read/see.ts";
import { remembered } from "./remembered.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmController, SlurmPastRun, SlurmSeen } from "./seen.ts";

/** slurmdbd may have to look through a busy day. */
const ACCOUNTING_MS = 60_000;
/** How long a level is taken to hold, since asking for it costs half a second. */
const LEVEL_MS = 600_000;

/** Reads by Slurm's tools. */
export function toolsReader(access: SlurmAccess, clock: Clock): SlurmReader {
  const seeLevel = remembered(LEVEL_MS, async () => {
    const { controller } = await seeController(access, clock);
    return seeOwn(access, controller);
  });
  return {
    place: access.place,
    own: seeLevel,
    async see(): Promise<SlurmSeen> {
      const seen = await see(access, clock);
      if (mayHide(seen.controller)) refuseHidden(seen.controller, await seeLevel());
      return seen;
    },
    async pastRuns(window): Promise<readonly SlurmPastRun[]> {
      const [tool = "", ...args] = pastRunsCommand(window);
      return pastRunsOfText(await ask(access, tool, args, { mostMs: ACCOUNTING_MS }));
    },
  };
}

function mayHide({ privateData }: SlurmController): boolean {
  return privateData.some((each) => each !== "none");
}
