import type { Logger } from "pino";
import { pino } from "pino";
import type { RequestTold } from "../http/watched.ts";

/** What happens, for the operator's eyes: a sentence and its details, never a secret. */
export interface Log {
  info(details: object, sentence: string): void;
  warn(details: object, sentence: string): void;
  error(details: object, sentence: string): void;
}

/** Fields that hold secrets wherever they stand, should anyone ever log what has them. */
const SECRET_FIELDS = ["authorization", "Authorization", "password", "secret", "token"];
const PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** API keys, signing secrets, payment keys and passwords in URLs, in whatever text they stand. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/spw_[\w-]{6,}/g, "spw_•••"],
  [/whsec_[\w+/=-]{6,}/g, "whsec_•••"],
  [/\b([rs]k_(?:live|test)_)\w+/g, "$1•••"],
  [/\b([a-z]{2,20}:\/\/[^:/@\s"]*):[^/\s"]*@/g, "$1:•••@"],
];

export function withoutSecrets(line: string): string {
  return SECRETS.reduce((text, [pattern, mask]) => text.replaceAll(pattern, mask), line);
}

/** A JSON object a line. @param write takes whole lines */
export function openLog(level: string, write: (line: string) => void): Log {
  const log: Logger = pino(
    { level, redact: { paths: PATHS, censor: "•••" }, base: null },
    { write: (line: string) => write(withoutSecrets(line)) },
  );
  return log;
}

/** Faults are warnings here, for what has failed is told beside it, with its trace. */
export function logRequest(log: Log, { ms, ...told }: RequestTold): void {
  const details = { ...told, ms: Math.round(ms * 100) / 100 };
  if (told.status >= 500) log.warn(details, "request");
  else log.info(details, "request");
}
