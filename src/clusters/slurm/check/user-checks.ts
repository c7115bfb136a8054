import { type Check, check, firstOf } from "./check.ts";
import type { CheckFacts, UserFacts } from "./facts.ts";

/** Whether holders can run anything. */
export function userChecks({ users }: CheckFacts): Check[] {
  if (users.length > 0) return users.map(userCheck);
  const sentence =
    'no holder has a Unix user: nodes are held for them, and they can run nothing there. Name them under "users" in the cluster file';
  return [check("users", ["warn", sentence])];
}

function userCheck({ holder, user, isThere, refused, foreignAccounts }: UserFacts): Check {
  const [first] = refused;
  const accounts = foreignAccounts.join(", ");
  const faults = [
    [
      !isThere,
      "fail",
      `Unix user ${user} is not there: add it where Slurm's tools run and on all nodes`,
    ],
    [
      first !== undefined,
      "fail",
      `as ${user}, ${refused.map(({ tool }) => tool).join(", ")} can't be run, or don't find slurmctld: see the sudo rule in docs/slurm.md, and "become" in the cluster file (it says ${JSON.stringify(first?.said ?? "")})`,
    ],
    [
      foreignAccounts.length > 0,
      "warn",
      `${user} may also run jobs in ${accounts}: give holders users that are nobody else's`,
    ],
  ] as const;
  return check("user", firstOf(faults, `${user} is there, and can be become`), holder);
}
