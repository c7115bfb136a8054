import { SlurmFault, type SlurmState } from "../fault.ts";
import type { Ended, Running, SlurmAccess } from "./access.ts";

/** What a tool prints that must succeed. @throws SlurmFault, by what the tool says where it fails */
export async function ask(
  access: SlurmAccess,
  tool: string,
  args: readonly string[],
  running?: Running,
): Promise<string> {
  const ended = await access.run(tool, args, running);
  if (ended.code === 0) return ended.stdout;
  throw faultOfTool(access.place, tool, ended);
}

const SAYS: readonly (readonly [RegExp, SlurmState])[] = [
  [/incompatible versions|version mismatch/i, "version_too_old"],
  [
    /access\/permission denied|permission denied|not permitted|authenticat|unauthori[sz]ed/i,
    "denied",
  ],
  [/munge|credential/i, "denied"],
  [
    /unable to contact|connect failure|connection refused|timed out|no route|unreachable/i,
    "unreachable",
  ],
  [/communications? (connection )?failure|unexpected message|unable to establish/i, "unreachable"],
  [/configuration (source|file)|slurm_conf_init/i, "unreachable"],
];

/** A tool's failure by what it says of it. */
export function faultOfTool(
  place: string,
  tool: string,
  { code, stdout, stderr }: Ended,
): SlurmFault {
  const said = (stderr.trim() || stdout.trim()).slice(0, 500);
  const state = SAYS.find(([pattern]) => pattern.test(said))?.[1] ?? "answer_unreadable";
  const sentence = said === "" ? `ended with code ${code}` : `says ${JSON.stringify(said)}`;
  return new SlurmFault(state, `${tool} on ${place} ${sentence}`);
}
