import type { SlurmAccess } from "../access/access.ts";
import { ask } from "../access/ask.ts";
import { unreadable } from "../read/words.ts";

/** A Unix user's home where Slurm's tools are, which is taken to be its home on the nodes. @throws SlurmFault */
export async function homeOf(access: SlurmAccess, user: string): Promise<string> {
  const line = await ask(access, "getent", ["passwd", user]);
  const home = line.trim().split(":")[5] ?? "";
  // A colon would part it where it is mounted into containers, and % is Slurm's own in names of files.
  if (!/^\/[^:%\n\\]*$/.test(home)) throw unreadable(`the home of ${user}`, "a plain path", home);
  return home;
}
