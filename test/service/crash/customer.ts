import type { Random } from "../../../src/demo/random.ts";
import { randomFrom } from "../../../src/demo/random.ts";
import { whole } from "../../../sim/draw.ts";
import type { Acknowledgement, Line, Request } from "./line.ts";
import type { Possessions, Wish } from "./requests.ts";
import { nextWish } from "./requests.ts";

/** A request and the answer that it got. */
export interface Remembered {
  readonly wish: Wish;
  readonly request: Request;
  readonly answer: Acknowledgement;
}

/** Somebody who buys, sells and changes its mind, and forgets no answer. */
export class Customer {
  readonly remembered: Remembered[] = [];
  readonly #has: Possessions;
  readonly #random: Random;
  readonly #line: Line;
  readonly #keys: { readonly own: string; readonly owner: string };
  #sent = 0;

  constructor(
    account: string,
    line: Line,
    keys: { readonly own: string; readonly owner: string },
    seed: number,
  ) {
    this.#has = { account, orders: new Set(), contracts: new Set(), payments: 0 };
    this.#line = line;
    this.#keys = keys;
    this.#random = randomFrom(`customer ${account} ${seed}`);
  }

  /** Sends one request after the other until it is told to stop; what was begun is brought to its end. */
  async live(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#act();
  }

  /** Asks a few requests again. @returns what was answered otherwise */
  async recollect(count: number): Promise<string[]> {
    const wrong: string[] = [];
    for (let each = 0; each < count && this.remembered.length > 0; each++) {
      // The newest are those that a crash may have reached.
      const back = each < count / 2 ? each + 1 : whole(this.#random, 1, this.remembered.length);
      const found = this.remembered.at(-Math.min(back, this.remembered.length));
      if (found !== undefined) wrong.push(...(await this.#again(found)));
    }
    return wrong;
  }

  async recollectAll(): Promise<string[]> {
    const wrong: string[] = [];
    for (const each of this.remembered) wrong.push(...(await this.#again(each)));
    return wrong;
  }

  async #act(): Promise<void> {
    const wish = nextWish(this.#random, this.#has);
    this.#sent += 1;
    const request: Request = {
      method: "POST",
      path: wish.path,
      key: wish.isOwners ? this.#keys.owner : this.#keys.own,
      body: wish.body,
      idempotencyKey: `${this.#has.account}-${this.#sent}`,
    };
    const answer = await this.#line.insist(request);
    this.remembered.push({ wish, request, answer });
    if (answer.status === 200) this.#take(wish, answer);
  }

  #take({ kind }: Wish, { text }: Acknowledgement): void {
    if (kind !== "order" && kind !== "amendment") return;
    const { id, status, contracts } = JSON.parse(text) as Placed;
    if (status === "open") this.#has.orders.add(id);
    for (const contract of contracts) this.#has.contracts.add(contract);
  }

  async #again({ wish, request, answer }: Remembered): Promise<string[]> {
    const now = await this.#line.insist(request);
    const isSame =
      now.status === answer.status && (wish.kind === "other" || now.text === answer.text);
    // A refusal that needs no decision (a contract that is not there) is found anew each time.
    const isKept = now.replayed || now.status === 404;
    if (isSame && isKept) return [];
    const said = `${request.path} ${JSON.stringify(request.body)} (${request.idempotencyKey})`;
    return [
      `${said} was answered ${answer.status} ${answer.text}, and now ${now.status} ${now.text}`,
    ];
  }
}

interface Placed {
  readonly id: string;
  readonly status: string;
  readonly contracts: readonly string[];
}
