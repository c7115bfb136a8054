/** The notices of a ladder in words and in order. A notice is written "firm", "24h", "90m", "30s" or "0". */

const UNITS: Record<string, readonly [minutes: number, word: string]> = {
  s: [1 / 60, "s"],
  m: [1, "min"],
  h: [60, "h"],
  d: [1_440, "days"],
};

/** What a buyer would call it: "firm: never recalled", "24 h notice". */
export function noticeName(notice: string): string {
  if (notice === "firm") return "firm: never recalled";
  const [amount, word] = parts(notice);
  return amount === 0 ? "no notice" : `${amount} ${word} notice`.replace(/^1 days/, "1 day");
}

/** In a tight place: "firm", "24 h", "15 min". */
export function shortNoticeName(notice: string): string {
  return notice === "firm" ? "firm" : noticeName(notice).replace(/(?<!no) notice$/, "");
}

/** Longest notice first, firm before all. */
export function longestFirst<Row extends { readonly notice: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => lengthOf(b.notice) - lengthOf(a.notice) || 0);
}

function lengthOf(notice: string): number {
  if (notice === "firm") return Infinity;
  const [amount, , unitMinutes] = parts(notice);
  return amount * unitMinutes;
}

function parts(notice: string): readonly [amount: number, word: string, unitMinutes: number] {
  const match = /^(\d+)([smhd]?)$/.exec(notice);
  const [unitMinutes, word] = UNITS[match?.[2] ?? ""] ?? [1, "min"];
  return match ? [Number(match[1]), word, unitMinutes] : [0, notice, 1];
}
