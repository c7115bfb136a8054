import type { Config } from "./config.ts";
import type { SettingName } from "./settings.ts";
import { SETTING_NAMES, settingOf } from "./settings.ts";

const MASK = "•••";

/** A setting as it may be shown to whoever looks over the operator's shoulder. */
export interface ShownSetting {
  readonly name: SettingName;
  readonly value: string;
  readonly origin: string;
}

export function shownSettings({ settings, origins }: Config): ShownSetting[] {
  return SETTING_NAMES.map((name) => ({
    name,
    value: shown(name, settings[name]),
    origin: origins[name],
  }));
}

function shown(name: SettingName, value: string | number | boolean | null): string {
  if (value === null) return "-";
  const text = String(value);
  const { secret } = settingOf(name);
  if (secret === undefined) return text;
  return secret === "url" ? withoutPassword(text) : MASK;
}

/** A password may stand before the host, or in the query as `?password=`. */
export function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/[^:/@?]*):[^/]*@/, `$1:${MASK}@`)
    .replaceAll(/([?&](?:ssl)?password=)[^&]*/g, `$1${MASK}`);
}
