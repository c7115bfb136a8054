import type { Mutant } from "./mutant.ts";

export const JOURNAL_MUTANTS: readonly Mutant[] = [
  {
    name: "answers-unstored",
    does: "does not store the answers to requests",
    file: "src/journal/draft.ts",
    find: "this.answers.push({ ...request, refusal: receipt.refusal, first, last });",
    replace: "",
  },
  {
    name: "refusals-unstored",
    does: "does not store the answers of requests that were refused",
    file: "src/journal/draft.ts",
    find: "this.answers.push({ ...request, refusal: receipt.refusal, first, last });",
    replace:
      "if (receipt.refusal === null) this.answers.push({ ...request, refusal: receipt.refusal, first, last });",
  },
  {
    name: "told-before-durable",
    does: "tells what was decided before it is durable",
    file: "src/journal/journal.ts",
    find: 'const outcome = await this.#tryCommit(draft);\n        if (outcome === "committed") return this.#publish(draft);',
    replace:
      'this.#publish(draft);\n        const outcome = await this.#tryCommit(draft);\n        if (outcome === "committed") return;',
  },
  {
    name: "retry-on-a-stale-state",
    does: "decides again on the state that a failed commit has left",
    file: "src/journal/journal.ts",
    find: "      this.#ahead = await this.#rebuildAhead();\n",
    replace: "",
  },
  {
    name: "unknown-is-failed",
    does: "takes a commit whose outcome is unknown for failed",
    file: "src/journal/journal.ts",
    find: "(await this.#eventually(() => store.hasBatch(batch.id)))",
    replace: "(await this.#eventually(() => store.hasBatch(`not ${batch.id}`)))",
  },
  {
    name: "unknown-is-done",
    does: "takes a commit whose outcome is unknown for done",
    file: "src/journal/journal.ts",
    find: "(await this.#eventually(() => store.hasBatch(batch.id)))",
    replace: "(await this.#eventually(async () => (await store.hasBatch(batch.id)) || true))",
  },
  {
    name: "digest-ignored",
    does: "answers another request under a used key with the first one's answer",
    file: "src/journal/journal.ts",
    find: "if (request?.digest !== answer.digest) return KEY_REUSED;",
    replace: "if (request === null) return KEY_REUSED;",
  },
  {
    name: "known-keys-forgotten",
    does: "does not look up whether a key has its answer",
    file: "src/journal/journal.ts",
    find: "if (keys.length === 0) return turns;",
    replace: "if (keys.length >= 0) return turns;",
  },
  {
    name: "twice-in-a-batch",
    does: "decides a request twice that comes twice in one moment",
    file: "src/journal/draft.ts",
    find: "const before = this.#answered.get(nameOf(request));",
    replace: "const before = this.#answered.get(`not ${nameOf(request)}`);",
  },
  {
    name: "keys-of-others",
    does: "takes another account's key for the caller's own",
    file: "src/journal/turn.ts",
    find: "return `${account} ${key}`;",
    replace: 'return account === "" ? "" : key;',
  },
  {
    name: "answer-of-others-events",
    does: "answers a repeated request with the event before its own",
    file: "src/journal/journal.ts",
    find: "await this.#ports.store.entriesAfter(first - 1, count)",
    replace: "await this.#ports.store.entriesAfter(Math.max(0, first - 2), count)",
  },
  {
    name: "time-stands-still",
    does: "decides without letting time pass",
    file: "src/journal/draft.ts",
    find: "if (now > market.now) writing.desk.do",
    replace: "if (now > market.now + 600_000) writing.desk.do",
  },
  {
    name: "infinity-lost",
    does: "writes a firm notice as JSON does: null",
    file: "src/journal/codec.ts",
    find: 'return Number.isFinite(value) ? value : { [TAG]: "number", value: String(value) };',
    replace: "return value;",
  },
  {
    name: "old-epoch-writes",
    does: "lets a writer write whose lease another has taken",
    file: "src/store/memory-lease.ts",
    find: "lease.epoch === epoch && expires > now();",
    replace: "expires > now();",
  },
  {
    name: "floors-forgotten",
    does: "does not tell the store how far a credit may fall",
    file: "src/journal/draft.ts",
    find: "floors.set(account, { account, floor: creditFloor(event.account) });",
    replace:
      'if (account === "") floors.set(account, { account, floor: creditFloor(event.account) });',
  },
  {
    name: "documents-stale",
    does: "takes what a failed batch has changed for written",
    file: "src/views/shelf.ts",
    find: "const changed = [...this.#changed.values()];",
    replace: "const changed = [...this.#changed.values()].slice(0, 40);",
  },
];
