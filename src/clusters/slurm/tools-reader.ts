import type { Clock } from "../../ports.ts";
import type { SlurmAccess } from "./access/access.ts";
import { ask } from "./access/ask.ts";
import { type Own, refuseHidden, see, seeOwn } from "./read/see.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmController, SlurmSeen } from "./seen.ts";

/** slurmdbd may have to look through a busy day. */
const ACCOUNTING_MS = 60_000;
/** How long a level is taken to hold, since asking for it costs half a second. */
const LEVEL_MS = 600_000;

/** Reads by Slurm's tools. */
export function toolsReader(access: SlurmAccess, clock: Clock): SlurmReader {
  let known: { readonly own: Own; readonly at: number } | null = null;
  const own = async (controller: SlurmController): Promise<Own> => {
    if (known === null || performance.now() - known.at > LEVEL_MS) {
      known = { own: await seeOwn(access, controller), at: performance.now() };
    }
    return known.own;
  };
  return {
    place: access.place,
    own,
    async see(): Promise<SlurmSeen> {
      const seen = await see(access, clock);
      if (mayHide(seen.controller)) refuseHidden(seen.controller, await own(seen.controller));
      return seen;
    },
    accounting: ([tool = "", ...args]) => ask(access, tool, args, { mostMs: ACCOUNTING_MS }),
  };
}

function mayHide({ privateData }: SlurmController): boolean {
  return privateData.some((each) => each !== "none");
}
