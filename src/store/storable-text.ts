/** What `jsonb` cannot hold, as `JSON.stringify` writes it: U+0000 and surrogates that stand alone. */
const UNSTORABLE = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * A body as JSON that PostgreSQL's `jsonb` takes: what it can't hold becomes U+FFFD, as a decoder would have it. So
 * nothing that a customer may write stops a batch; the journal, which is not `jsonb`, keeps it as it was.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u")) return text;
  return text.replaceAll(UNSTORABLE, (escape) => (escape.length > 2 ? "\\ufffd" : escape));
}
