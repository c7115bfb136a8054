/** Numbers as people read them. A null share is an em dash; the reason stands beside it, in words. */

export const NONE = "—";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** Every digit: 1,234,567. */
export function whole(value: number): string {
  return grouped.format(value);
}

/** In a sentence: 1.24 million, 412,000, 87. */
export function spoken(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500_000) return `${threeDigits.format(value / 1e9)} billion`;
  if (size >= 999_500) return `${threeDigits.format(value / 1e6)} million`;
  return threeDigits.format(value);
}

/** In a narrow column: 1.24M, 412k, 87. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500_000) return `${threeDigits.format(value / 1e9)}B`;
  if (size >= 999_500) return `${threeDigits.format(value / 1e6)}M`;
  if (size >= 9_995) return `${threeDigits.format(value / 1e3)}k`;
  return size >= 100 ? whole(value) : threeDigits.format(value);
}

export function spokenDollars(value: number): string {
  return signed(value, (size) => `$${spoken(size)}`);
}

export function compactDollars(value: number): string {
  return signed(value, (size) => `$${compact(size)}`);
}

export function wholeDollars(value: number): string {
  return signed(value, (size) => `$${whole(size)}`);
}

/** A share of 1 in per cent. What is not zero never reads as zero, and what is not all never reads as 100 %. */
export function percent(share: number | null, digits = 1): string {
  if (share === null) return NONE;
  const least = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < least / 2) return `<${least.toFixed(digits)} %`;
  if (value < 100 && value > 100 - least / 2) return `>${(100 - least).toFixed(digits)} %`;
  return value === 0 || value === 100 ? `${value} %` : `${value.toFixed(digits)} %`;
}

/** A length of time in its natural unit: 45 s, 2 min, 3.5 h, 2 days. */
export function minutes(value: number | null): string {
  if (value === null) return NONE;
  if (value > 0 && value < 1) return `${Math.max(1, Math.round(value * 60))} s`;
  if (value < 120) return `${threeDigits.format(value)} min`;
  if (value < 2_880) return `${threeDigits.format(value / 60)} h`;
  return `${threeDigits.format(value / 1_440)} days`;
}

/** A lead of the forecast: 1 h, 2 days, 4 weeks. */
export function lead(hours: number): string {
  if (hours % 168 === 0) return hours === 168 ? "1 week" : `${hours / 168} weeks`;
  if (hours % 24 === 0) return hours === 24 ? "1 day" : `${hours / 24} days`;
  return `${hours} h`;
}

export function days(hours: number): string {
  const value = hours / 24;
  return value === 1 ? "1 day" : `${value < 10 ? threeDigits.format(value) : whole(value)} days`;
}

export function seconds(elapsedMs: number): string {
  return `${threeDigits.format(elapsedMs / 1000)} s`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The day of an ISO 8601 time: 3 Mar 2026. */
export function day(time: string): string {
  const [year, month, date] = time.slice(0, 10).split("-").map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

function signed(value: number, write: (size: number) => string): string {
  return value < 0 ? `−${write(-value)}` : write(value);
}
