/** HTML that was written here or escaped: the only thing that is put into the page as it is. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

/** A template whose values are escaped unless they are {@link Markup} themselves. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const rest = parts.map((part, i) => render(part) + (literals[i + 1] ?? ""));
  return { markup: (literals[0] ?? "") + rest.join("") };
}

/** Takes text as markup without escaping it: for files of the page itself, never for what was read from outside. */
export function verbatim(text: string): Markup {
  return { markup: text };
}

/**
 * JSON that may stand inside a script element: no `<`, so neither `</script` nor `<!--` can occur, and none
 * of the two line separators that older parsers refuse.
 */
export function jsonForScript(value: unknown): Markup {
  const json = JSON.stringify(value)
    .replaceAll("<", String.raw`\u003c`)
    .replaceAll("\u2028", String.raw`\u2028`)
    .replaceAll("\u2029", String.raw`\u2029`);
  return { markup: json };
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(part: Part): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return part.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
  if ("markup" in part) return part.markup;
  return part.map((each) => each.markup).join("");
}
