import { unreadable } from "./words.ts";

/** More than any cluster has: what asks for more is a mistake, or an attack. */
const MOST = 200_000;

/** Expands Slurm's list of hosts: `a[01-03,7],b2` → a01 a02 a03 a7 b2. @throws SlurmFault */
export function hostsOf(text: string): string[] {
  return partsOf(text).flatMap((part) => expand(part, text));
}

/** At commas outside of brackets. */
function partsOf(text: string): string[] {
  if (text === "") return [];
  return text.split(/,(?![^[]*\])/);
}

function expand(part: string, whole: string): string[] {
  const pieces = part.split(/(\[[^[\]]*\])/);
  let names = [""];
  for (const piece of pieces) {
    const ends = piece.startsWith("[") ? numbersOf(piece.slice(1, -1), whole) : [piece];
    if (names.length * ends.length > MOST)
      throw unreadable("a list of nodes", "a short one", whole);
    names = names.flatMap((name) => ends.map((end) => name + end));
  }
  if (part === "" || /[[\]]/.test(names[0] ?? ""))
    throw unreadable("a list of nodes", "one", whole);
  return names;
}

function numbersOf(ranges: string, whole: string): string[] {
  return ranges.split(",").flatMap((range) => {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range);
    const [first = "", last = first] = match?.slice(1) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (match === null || count < 1 || count > MOST) {
      throw unreadable("a list of nodes", "one of ranges", whole);
    }
    // Leading zeros are part of the name.
    return Array.from({ length: count }, (_, index) =>
      String(Number(first) + index).padStart(first.length, "0"),
    );
  });
}
