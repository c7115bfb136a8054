/** What is the market's own: accounts and reservations with this prefix are made by Spillway, and by nobody else. */
export const MARKET_PREFIX = "spw-";

export function isMarkets(name: string): boolean {
  return name.startsWith(MARKET_PREFIX);
}
