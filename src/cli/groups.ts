import type { Command } from "commander";

/** Commands under one heading of the overview. */
export type Group = readonly [heading: string, commands: readonly (() => Command)[]];

export function commandsOf(groups: readonly Group[]): Command[] {
  return groups.flatMap(([heading, commands]) => commands.map((make) => make().helpGroup(heading)));
}
