/**
 * Reads a line of `scontrol -o`: `Name=value Name=value…`. A value goes on to the next name, for some hold blanks. Free
 * text (a drain's reason) stands at the end and may hold names again: of a name that stands there twice, the first counts.
 */
export function readOneLine(line: string): ReadonlyMap<string, string> {
  const names = [...line.matchAll(/(?:^|\s)([A-Z][\w/:]*)=/g)];
  const fields = new Map<string, string>();
  for (const [index, match] of names.entries()) {
    const name = match[1] ?? "";
    const value = line.slice(match.index + match[0].length, names[index + 1]?.index).trim();
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** The lines that begin with a name; others, such as "No reservations in the system", are Slurm's way to say nothing. */
export function linesThatBegin(text: string, name: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(`${name}=`));
}
