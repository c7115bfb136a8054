import type { SlurmLevel } from "../seen.ts";

const LEVELS: Readonly<Record<string, SlurmLevel>> = {
  operator: "operator",
  administrator: "administrator",
};

export function levelCommand(user: string): readonly string[] {
  return ["sacctmgr", "-nP", "show", "user", user, "format=user,adminlevel"];
}

/** @param text of {@link levelCommand}: nothing where the accounting has no such user */
export function levelOfText(text: string): SlurmLevel {
  const level = text.split("\n")[0]?.split("|")[1] ?? "";
  return LEVELS[level.trim().toLowerCase()] ?? "none";
}
