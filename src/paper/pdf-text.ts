/**
 * Text in the letters that a PDF's own fonts have: those of Windows code page 1252. Others lose their accents, and what
 * is still unknown becomes a question mark; the page in HTML has every letter.
 */
export function printableInPdf(text: string): string {
  const plain = text.replaceAll("−", "–").replaceAll(/\s/gu, " ").normalize("NFC");
  return Array.from(plain, letter).join("");
}

/** What code page 1252 has beyond Latin-1. */
const EXTRA = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/** Letters with a stroke or without a dot, which no decomposition takes off. */
const STRUCK = new Map(Array.from("ŁłĐđĦħŦŧı", (sign, index) => [sign, "LlDdHhTti"[index] ?? ""]));

function letter(sign: string): string {
  if (isKnown(sign)) return sign;
  const struck = STRUCK.get(sign);
  if (struck !== undefined) return struck;
  const plain = sign.normalize("NFKD").slice(0, 1);
  return isKnown(plain) ? plain : "?";
}

function isKnown(sign: string): boolean {
  return /^[\u0020-\u007e\u00a0-\u00ff]$/.test(sign) || (sign.length === 1 && EXTRA.includes(sign));
}
