import { randomBytes } from "node:crypto";
import type { Clock } from "../../../ports.ts";
import type { SlurmAccess } from "../access/access.ts";
import { ask } from "../access/ask.ts";
import { SlurmFault } from "../fault.ts";
import type { SlurmController, SlurmLevel, SlurmSeen } from "../seen.ts";
import { CONTROLLER_COMMAND, controllerOfText } from "./controller-text.ts";
import { jobsCommand, jobsOfText } from "./jobs-text.ts";
import { levelCommand, levelOfText } from "./level-text.ts";
import { NODES_COMMAND, nodesOfText } from "./nodes-text.ts";
import { RESERVATIONS_COMMAND, reservationsOfText } from "./reservations-text.ts";
import { leavesOfText, TOPOLOGY_COMMAND } from "./topology.ts";
import { refuseOldVersion } from "./version.ts";

/** Who asks whom. */
export interface Own {
  readonly user: string;
  readonly level: SlurmLevel;
}

/**
 * A picture of the cluster by Slurm's tools: five calls, of which four go on at a time.
 * @throws SlurmFault
 */
export async function see(access: SlurmAccess, clock: Clock): Promise<SlurmSeen> {
  const at = clock.now();
  const began = performance.now();
  const delimiter = `<${randomBytes(9).toString("hex")}>`;
  const [controller, nodes, jobs, reservations, leaves] = await Promise.all([
    seeController(access, clock),
    command(access, NODES_COMMAND).then(nodesOfText),
    command(access, jobsCommand(delimiter)).then((text) => jobsOfText(text, delimiter)),
    command(access, RESERVATIONS_COMMAND).then(reservationsOfText),
    command(access, TOPOLOGY_COMMAND).then(leavesOfText),
  ]);
  const tookMs = performance.now() - began;
  return { at, tookMs, ...controller, nodes, leaves, jobs, reservations };
}

/** @throws SlurmFault, `version_too_old` too */
export async function seeController(
  access: SlurmAccess,
  clock: Clock,
): Promise<Pick<SlurmSeen, "controller" | "clockOffsetMs">> {
  const before = clock.now();
  const controller = controllerOfText(await command(access, CONTROLLER_COMMAND));
  refuseOldVersion(controller.version);
  return { controller, clockOffsetMs: offsetOf(controller, before, clock.now()) };
}

/**
 * slurmctld answered at some time in between, in a second that it doesn't tell more exactly: 0 where that explains the
 * difference, else what it doesn't explain.
 */
export function offsetOf({ at }: SlurmController, before: number, after: number): number {
  const second = 1_000;
  if (at > after) return at - after;
  return at + second <= before ? at + second - before : 0;
}

/** What the user who asks may do. It costs half a second. @throws SlurmFault */
export async function seeOwn(access: SlurmAccess, controller: SlurmController): Promise<Own> {
  const user = (await ask(access, "id", ["-un"])).trim();
  // They need no level.
  if (user === "root" || user === controller.slurmUser) return { user, level: "administrator" };
  return { user, level: levelOfText(await command(access, levelCommand(user))) };
}

/** What slurmctld may hide, and would make a busy cluster look idle. */
const NEEDED = ["jobs", "nodes", "reservations"];

/** @throws SlurmFault `denied` where jobs of others are hidden from this user */
export function refuseHidden({ privateData }: SlurmController, { user, level }: Own): void {
  const hidden = NEEDED.filter((each) => privateData.includes(each) || privateData.includes("all"));
  if (hidden.length === 0 || level !== "none") return;
  const sentence = `PrivateData hides ${hidden.join(", ")} from ${user}, who has no level`;
  throw new SlurmFault("denied", sentence);
}

function command(access: SlurmAccess, [tool = "", ...args]: readonly string[]): Promise<string> {
  return ask(access, tool, args);
}
