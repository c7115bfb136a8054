import type { Clock } from "../../../ports.ts";
import type { SlurmAccess } from "../access/access.ts";
import { ask, faultOfTool } from "../access/ask.ts";
import { SlurmFault } from "../fault.ts";
import { isMarkets } from "../owner/whose.ts";
import { CONTROLLER_COMMAND } from "../read/controller-text.ts";
import { linesThatBegin, readOneLine } from "../read/one-line.ts";
import { toolsReader } from "../tools-reader.ts";
import type { CheckFacts, UserFacts } from "./facts.ts";
import { type Settings, settingsOfText } from "./settings.ts";

/** What Spillway runs as a holder's user: to submit and end jobs, and to read their logs. */
const AS_HOLDER = ["sbatch", "scancel", "stat", "od"];

/**
 * Asks a cluster for all that is checked; nothing is changed by it.
 * @param users Unix users by holders
 * @throws SlurmFault where it can't be seen
 */
export async function gather(
  access: SlurmAccess,
  clock: Clock,
  users: ReadonlyMap<string, string>,
): Promise<CheckFacts> {
  const reader = toolsReader(access, clock);
  const seen = await reader.see();
  const own = await reader.own();
  const settings = settingsOfText(await run(access, CONTROLLER_COMMAND));
  const partitions = partitionsOfText(await run(access, ["scontrol", "-o", "show", "partitions"]));
  const accounts = await accountsByUser(access, seen.controller.cluster);
  const about = await Promise.all(
    [...users].map(([holder, user]) => gatherUser(access, { holder, user }, accounts)),
  );
  return { seen, own, settings, partitions, users: about };
}

function partitionsOfText(text: string): ReadonlyMap<string, Settings> {
  const lines = linesThatBegin(text, "PartitionName").map(readOneLine);
  return new Map(lines.map((settings) => [settings.get("PartitionName") ?? "", settings]));
}

/** A cluster without accounting has none. */
async function accountsByUser(
  access: SlurmAccess,
  cluster: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const words = ["-nP", "show", "assoc", `cluster=${cluster}`, "format=user,account"];
  const ended = await access.run("sacctmgr", words);
  const lines = ended.code === 0 ? ended.stdout.split("\n") : [];
  const byUser = Map.groupBy(lines, (line) => line.split("|")[0] ?? "");
  return new Map(
    [...byUser].map(([user, own]) => [user, own.map((line) => line.split("|")[1] ?? "")]),
  );
}

async function gatherUser(
  access: SlurmAccess,
  { holder, user }: Pick<UserFacts, "holder" | "user">,
  accounts: ReadonlyMap<string, readonly string[]>,
): Promise<UserFacts> {
  const { code } = await access.run("getent", ["passwd", user]);
  const isThere = code === 0;
  const tried = isThere ? AS_HOLDER.map((tool) => refusalOf(access, tool, user)) : [];
  const refused = (await Promise.all(tried)).filter((each) => each !== null);
  const lost = isThere && refused.length === 0 ? await lostAs(access, user) : null;
  const foreign = (accounts.get(user) ?? []).filter((each) => each !== "" && !isMarkets(each));
  const foreignAccounts = [...new Set(foreign)];
  return { holder, user, isThere, refused: lost === null ? refused : [lost], foreignAccounts };
}

/** Null: the tool can be run as the user. To say its version changes nothing. */
async function refusalOf(
  access: SlurmAccess,
  tool: string,
  user: string,
): Promise<UserFacts["refused"][number] | null> {
  try {
    const { code, stderr } = await access.run(tool, ["--version"], { as: user });
    return code === 0 ? null : { tool, said: stderr.trim().slice(0, 200) };
  } catch (fault) {
    // What it is become by, too, may not be there.
    if (!(fault instanceof SlurmFault)) throw fault;
    return { tool, said: fault.happened };
  }
}

/**
 * Null: as the user, too, the tools find slurmctld. Whoever becomes somebody may lose SLURM_CONF on the way. Whether such a
 * job would be taken doesn't matter; none is submitted.
 */
async function lostAs(
  access: SlurmAccess,
  user: string,
): Promise<UserFacts["refused"][number] | null> {
  const ended = await access.run("sbatch", ["--test-only", "--wrap=true"], { as: user });
  const isLost =
    ended.code !== 0 && faultOfTool(access.place, "sbatch", ended).state === "unreachable";
  return isLost ? { tool: "sbatch", said: ended.stderr.trim().slice(0, 200) } : null;
}

function run(access: SlurmAccess, [tool = "", ...args]: readonly string[]): Promise<string> {
  return ask(access, tool, args);
}
