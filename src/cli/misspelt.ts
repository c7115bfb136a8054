import type { Command } from "commander";

const FAR = 2;

/**
 * A group takes what it does not know for the name of something in its list: where that fails, and a command of the group
 * is spelt nearly so, that command was meant.
 * @param words behind `spillway`
 */
export function meantCommand(program: Command, words: readonly string[]): string | null {
  const [word = "", typed = ""] = words;
  const group = program.commands.find((each) => namesOf(each).includes(word));
  const known = group?.commands.flatMap(namesOf) ?? [];
  if (typed.length <= FAR || typed.startsWith("-") || known.includes(typed)) return null;
  const near = known.filter((name) => distance(typed, name) <= FAR);
  const [meant] = near.toSorted((a, b) => distance(typed, a) - distance(typed, b));
  return meant === undefined ? null : `spillway ${word} ${meant}`;
}

function namesOf(command: Command): string[] {
  return [command.name(), ...command.aliases()];
}

/** Levenshtein's: letters to put in, take out or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of a.split("").entries()) {
    let diagonal = index;
    let left = index + 1;
    row = row.map((above, column) => {
      if (column === 0) return left;
      const changed = diagonal + (letter === b[column - 1] ? 0 : 1);
      left = Math.min(changed, above + 1, left + 1);
      diagonal = above;
      return left;
    });
  }
  return row.at(-1) ?? 0;
}
