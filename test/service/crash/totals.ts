import type { Customer, Remembered } from "./customer.ts";
import type { Line } from "./line.ts";

export function answersOf(customers: readonly Customer[]): number {
  return customers.reduce((sum, each) => sum + each.remembered.length, 0);
}

/** Everything that was ever answered is asked again, and what there is is counted. @returns what is otherwise */
export async function unlikeRemembered(
  line: Line,
  ownerKey: string,
  customers: readonly Customer[],
): Promise<string[]> {
  const wrong = (await Promise.all(customers.map((each) => each.recollectAll()))).flat();
  const made = await countMade(line, ownerKey);
  const remembered = customers.flatMap((each) => each.remembered);
  for (const [kind, count] of Object.entries(expectedOf(remembered, customers.length))) {
    if (made[kind] !== count) wrong.push(`${made[kind]} ${kind} were made, of ${count} asked for`);
  }
  return wrong;
}

/** How many of what the market says that there are. */
async function countMade(line: Line, ownerKey: string): Promise<Readonly<Record<string, number>>> {
  return {
    orders: await countAll(line, ownerKey, "/v1/orders?limit=200"),
    deposits: await countAll(line, ownerKey, "/v1/payments?kind=deposit&limit=200"),
  };
}

/** How many there are if each answered request had one effect. @param first deposits with which accounts began */
function expectedOf(
  remembered: readonly Remembered[],
  first: number,
): Readonly<Record<string, number>> {
  const done = remembered.filter(({ answer }) => answer.status === 200);
  const of = (...kinds: readonly string[]): number =>
    done.filter(({ wish }) => kinds.includes(wish.kind)).length;
  return { orders: of("order", "amendment"), deposits: of("deposit") + first };
}

async function countAll(line: Line, key: string, path: string): Promise<number> {
  const ids = new Set<string>();
  let count = 0;
  for (let cursor = ""; ;) {
    const { text } = await line.insist({ method: "GET", path: `${path}${cursor}`, key });
    const page = JSON.parse(text) as {
      readonly data: readonly { readonly id: string }[];
      readonly next_cursor: string | null;
    };
    for (const { id } of page.data) ids.add(id);
    count += page.data.length;
    if (page.next_cursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  if (ids.size !== count) throw new Error(`${path} shows something twice`);
  return count;
}
