import { basename } from "node:path";

/**
 * The command as a page may show it to whoever it is mailed to: files by their names, without the folders of this
 * machine, and quoted for a shell.
 * @param paths those of the words that are paths, or the values of an option that is written with `=`
 */
export function commandLine(words: readonly string[], paths: readonly string[]): string {
  return ["spillway", ...words.map((word) => shellWord(withoutFolder(word, paths)))].join(" ");
}

function withoutFolder(word: string, paths: readonly string[]): string {
  const isOption = /^--[a-z-]+=/.test(word);
  const path = paths.find((each) => word === each || (isOption && word.endsWith(`=${each}`)));
  return path === undefined ? word : word.slice(0, word.length - path.length) + basename(path);
}

function shellWord(word: string): string {
  return /^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
