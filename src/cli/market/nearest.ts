import type { Login } from "../../client/client.ts";
import { ask } from "../../client/client.ts";
import { Refused } from "../../client/refused.ts";
import type { Pool } from "../../client/shapes.ts";

/**
 * Asks, and where the pool or the SKU is not there, says which there are.
 * @throws Refused, Unreachable
 */
export async function named<Answer>(
  login: Login,
  what: "id" | "sku",
  name: string,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await question();
  } catch (fault) {
    const code = what === "id" ? "pool_unknown" : "sku_unknown";
    if (!(fault instanceof Refused) || fault.code !== code) throw fault;
    const { data } = await ask<{ data: Pool[] }>(login, "GET", "/v1/pools");
    const hint = didYouMean(name, [...new Set(data.map((pool) => pool[what]))]);
    const { status, message, answer } = fault;
    throw new Refused(status, code, `${message}\n${hint}`, answer);
  }
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** What was meant, if it is plain; else all that could have been. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = known.filter(
    (each) => plain(each).startsWith(plain(typed)) || plain(typed).startsWith(plain(each)),
  );
  const [only] = near;
  if (only !== undefined && near.length === 1) return `Did you mean ${only}?`;
  return known.length === 0 ? "There is none." : `There is: ${known.join(", ")}.`;
}
