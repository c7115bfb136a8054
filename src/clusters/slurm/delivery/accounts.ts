import type { Allotment } from "../../../ports.ts";
import { ask } from "../access/ask.ts";
import { SlurmFault } from "../fault.ts";
import { accountOf, PARENT_ACCOUNT } from "./names.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";

/** What sacctmgr is to add, and how it is told. */
interface Addition {
  readonly contract: string | null;
  readonly words: readonly string[];
  readonly sentence: string;
}

interface Needed extends Addition {
  /** As sacctmgr lists it where it is there. */
  readonly line: string;
}

/** How long what was seen is taken to be there still: sacctmgr needs half a second to say it. */
const SEEN_MS = 600_000;

/**
 * The holders' accounts in Slurm, each with its holder's Unix user, who may use the market's partition alone. They stay
 * when a contract ends: the accounting refers to them.
 */
export class Accounts {
  readonly #place: Place;
  #seen: { readonly lines: ReadonlySet<string>; readonly at: number } | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** @returns what would be added */
  async lacking(allotments: readonly Allotment[], cluster: string): Promise<readonly Addition[]> {
    const needed = this.#needed(allotments, cluster);
    const isThere = (lines: ReadonlySet<string>): boolean =>
      needed.every(({ line }) => lines.has(line));
    // It may have been taken away since.
    const isFresh = this.#seen !== null && performance.now() - this.#seen.at < SEEN_MS;
    if (needed.length === 0 || (isFresh && isThere(this.#seen?.lines ?? new Set()))) return [];
    const lines = await this.#see(cluster);
    return needed.filter(({ line }) => !lines.has(line));
  }

  async add(additions: readonly Addition[], report: Report): Promise<void> {
    if (additions.length > 0) this.#seen = null;
    for (const { contract, words, sentence } of additions) {
      try {
        await ask(this.#place.access, "sacctmgr", ["-i", "add", ...words]);
        report.done(sentence);
      } catch (fault) {
        if (!(fault instanceof SlurmFault)) throw fault;
        report.fault(contract, "account_refused", `${sentence}? ${fault.message}`);
      }
    }
  }

  /** Holders who can't be let in. */
  tellOfMissing(allotments: readonly Allotment[], report: Report): void {
    for (const { contract, holder } of allotments) {
      if (this.#place.users.has(holder)) continue;
      const sentence = `${holder} has no Unix user on the cluster of pool ${this.#place.pool.id}: its nodes are held, and it can run nothing there. Name one under "users" in the cluster file`;
      report.fault(contract, "user_missing", sentence);
    }
  }

  async #see(cluster: string): Promise<ReadonlySet<string>> {
    const words = ["-nP", "show", "assoc", `cluster=${cluster}`, "format=account,user,partition"];
    const text = await ask(this.#place.access, "sacctmgr", words);
    const lines = new Set(text.split("\n"));
    this.#seen = { lines, at: performance.now() };
    return lines;
  }

  #needed(allotments: readonly Allotment[], cluster: string): readonly Needed[] {
    if (allotments.length === 0) return [];
    const byHolder = new Map(allotments.map((each) => [each.holder, each.contract]));
    return [
      {
        contract: null,
        line: `${PARENT_ACCOUNT}||`,
        words: ["account", PARENT_ACCOUNT, `cluster=${cluster}`, "description=market"],
        sentence: `account ${PARENT_ACCOUNT} is added`,
      },
      ...[...byHolder].flatMap(([holder, contract]) => this.#ofHolder(holder, contract, cluster)),
    ];
  }

  #ofHolder(holder: string, contract: string, cluster: string): readonly Needed[] {
    const { pool, users } = this.#place;
    const account = accountOf(holder);
    const own = {
      contract,
      line: `${account}||`,
      words: ["account", account, `cluster=${cluster}`, `parent=${PARENT_ACCOUNT}`],
      sentence: `account ${account} is added`,
    };
    const user = users.get(holder);
    if (user === undefined) return [own];
    const partition = pool.marketPartition;
    const words = ["user", user, `account=${account}`, `cluster=${cluster}`];
    const association = {
      contract,
      line: `${account}|${user}|${partition}`,
      words: [...words, `partition=${partition}`],
      sentence: `user ${user} is let into account ${account}`,
    };
    return [own, association];
  }
}
