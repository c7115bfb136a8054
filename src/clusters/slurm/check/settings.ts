import { listOf, textOrNull } from "../read/words.ts";

/** Settings by their names, as `scontrol` prints them: a cluster's, or a partition's. */
export type Settings = ReadonlyMap<string, string>;

/** @param text of `scontrol show config`, what it prints of cgroup.conf included */
export function settingsOfText(text: string): Settings {
  const lines = text.matchAll(/^(\S+)\s*= ?(.*)$/gm);
  return new Map([...lines].map(([, name = "", value = ""]) => [name, value.trim()]));
}

/** Null where it is not set. Where there may be several, later versions number them: `Epilog[0]`. */
export function valueOf(settings: Settings, name: string): string | null {
  return textOrNull(settings.get(name)) ?? textOrNull(settings.get(`${name}[0]`));
}

/** In small letters. */
export function wordsOf(settings: Settings, name: string): readonly string[] {
  return listOf(valueOf(settings, name)?.toLowerCase());
}

/** `30 sec`, `2000 usec`; null where it is something else. */
export function numberOf(settings: Settings, name: string): number | null {
  const digits = /^\d{1,9}\b/.exec(valueOf(settings, name) ?? "")?.[0];
  return digits === undefined ? null : Number(digits);
}
