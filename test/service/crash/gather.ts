import { Customer } from "./customer.ts";
import type { Line } from "./line.ts";

/** Customers who trade, each by a course of its own. */
export async function gather(
  line: Line,
  ownerKey: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<readonly Customer[]> {
  const accounts = await openAccounts(line, ownerKey, count);
  return accounts.map(
    ({ account, key }) => new Customer(account, line, { own: key, owner: ownerKey }, seed),
  );
}

/** Accounts with credit, each with a key of its own. @throws Error where one cannot be had */
export async function openAccounts(
  line: Line,
  ownerKey: string,
  count: number,
): Promise<readonly { readonly account: string; readonly key: string }[]> {
  const opened: { account: string; key: string }[] = [];
  for (let each = 1; each <= count; each++) {
    const account = `customer-${each}`;
    const contact = { name: account, email: `${account}@example.com` };
    await post(line, ownerKey, "/v1/accounts", { id: account, ...contact });
    const member = await post(line, ownerKey, "/v1/members", {
      account,
      ...contact,
      role: "buyer_admin",
    });
    const made = await post(line, ownerKey, "/v1/keys", { member: member["id"], name: "first" });
    const paid = { account, amount: "500000.00", reference: `${account}-first` };
    await post(line, ownerKey, "/v1/deposits", paid);
    opened.push({ account, key: String(made["secret"]) });
  }
  return opened;
}

async function post(
  line: Line,
  key: string,
  path: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await line.insist({ method: "POST", path, key, body });
  if (answer.status !== 200) throw new Error(`POST ${path} answers ${answer.text}`);
  return JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
}
