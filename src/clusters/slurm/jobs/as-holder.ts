import type { Ended, SlurmAccess } from "../access/access.ts";
import { SlurmFault } from "../fault.ts";

/**
 * A tool names itself where it fails; whatever ran it as the holder's user, and was not let, does not.
 * @throws SlurmFault `denied`
 */
export function refuseNotBecome(
  { place }: SlurmAccess,
  user: string,
  tool: string,
  { code, stderr }: Ended,
): void {
  if (code === 0 || stderr.includes(`${tool}: `)) return;
  const said = JSON.stringify(stderr.trim().slice(0, 200));
  throw new SlurmFault("denied", `Spillway may not run ${tool} as ${user} on ${place}: ${said}`);
}
