import type { SlurmNode } from "../seen.ts";

/** What tools append to a state instead of a word. */
const MARKS: Readonly<Record<string, string>> = {
  "*": "NOT_RESPONDING",
  "~": "POWERED_DOWN",
  "#": "POWERING_UP",
  "!": "POWER_DOWN",
  "%": "POWERING_DOWN",
  $: "MAINTENANCE",
  "@": "REBOOT_REQUESTED",
  "^": "REBOOT_ISSUED",
  "-": "PLANNED",
};

/** The same flag under its several names. */
const SAME: Readonly<Record<string, string>> = {
  MAINT: "MAINTENANCE",
  NO_RESPOND: "NOT_RESPONDING",
  DRAINED: "DRAIN",
  DRAINING: "DRAIN",
  FAILING: "FAIL",
};

/** @param words a state and its flags, in any case: `IDLE`, `DRAIN`, `DOWN*`… */
export function nodeState(words: readonly string[]): Pick<SlurmNode, "state" | "flags"> {
  const [state = "UNKNOWN", ...flags] = words.flatMap((word) => plain(word.trim().toUpperCase()));
  return { state, flags: [...new Set(flags)] };
}

function plain(word: string): string[] {
  const mark = MARKS[word.at(-1) ?? ""];
  const bare = mark === undefined ? word : word.slice(0, -1);
  const known = SAME[bare] ?? bare;
  return [known, ...(mark === undefined ? [] : [mark])].filter((each) => each !== "");
}
