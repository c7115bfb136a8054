import type { ExchangeRefusal } from "../src/exchange/commands.ts";
import type { Desk, Receipt } from "../src/journal/turn.ts";
import { Unavailable } from "../src/journal/unavailable.ts";
import type { Clock } from "../src/ports.ts";
import type { Truth } from "./checks/truth.ts";
import { requestName } from "./checks/truth.ts";
import type { Process } from "./process.ts";
import { demand, Violation } from "./violation.ts";

/** A request that a client sends until it has its answer. */
export interface Ask {
  readonly account: string;
  readonly key: string;
  readonly digest: string;
  /** False: it is sent once, without its key, and never again. */
  readonly isKeyed: boolean;
  /** Draws fresh ids each time that it is decided. */
  readonly act: (desk: Desk) => ExchangeRefusal | null;
}

interface Sent {
  readonly ask: Ask;
  answer: Receipt | null;
  /** Requests on their way. */
  open: number;
}

/** What clients have asked and were told. */
export class Clients {
  readonly #truth: Truth;
  readonly #clock: Clock;
  readonly #broken: (fault: unknown) => void;
  readonly #sent = new Map<string, Sent>();

  constructor(truth: Truth, clock: Clock, broken: (fault: unknown) => void) {
    this.#truth = truth;
    this.#clock = clock;
    this.#broken = broken;
  }

  get all(): readonly Ask[] {
    return [...this.#sent.values()].map(({ ask }) => ask).filter(({ isKeyed }) => isKeyed);
  }

  get unanswered(): readonly Ask[] {
    return this.all.filter((ask) => this.#sent.get(requestName(ask))?.answer === null);
  }

  /** Sends it, for the first time or again. */
  send(process: Process, ask: Ask): void {
    const name = requestName(ask);
    const sent = this.#sent.get(name) ?? { ask, answer: null, open: 0 };
    this.#sent.set(name, sent);
    const turn = (desk: Desk): ExchangeRefusal | null => {
      demand(desk.state.market.now >= this.#clock.now(), "what is decided is decided now");
      process.request = name;
      try {
        return ask.act(desk);
      } finally {
        process.request = null;
      }
    };
    this.#hearing(process.journal.submit(turn, ask.isKeyed ? ask : null), (receipt) =>
      this.#answered(sent, receipt),
    );
  }

  /** Another request under a key that was used: refused by name, and nothing is done. */
  sendOther(process: Process, ask: Ask): void {
    const other = { ...ask, digest: `not ${ask.digest}` };
    const isKnown = this.#truth.answers.has(requestName(ask));
    if (!isKnown) return;
    this.#hearing(process.journal.submit(neverDecided, other), ({ refusal, events }) => {
      demand(refusal === "idempotency_key_reused", "a used key is refused to another request");
      demand(events.length === 0, "and shows nothing of the first");
    });
  }

  #hearing(asked: Promise<Receipt>, hear: (receipt: Receipt) => void): void {
    asked.then(hear).catch((fault: unknown) => {
      const isKnown = fault instanceof Unavailable && fault.reason !== "turn_failed";
      if (!isKnown) this.#broken(fault);
    });
  }

  /** What is answered is durable, and is the same each time. */
  #answered(sent: Sent, receipt: Receipt): void {
    const name = requestName(sent.ask);
    if (sent.ask.isKeyed) this.#checkAnswer(name, receipt);
    const effects = this.#truth.effects.get(name) ?? [];
    const told = receipt.events.map(({ sequence }) => sequence);
    demand(told.join() === effects.join(), `${name} is told of what it brought`);
    for (const { sequence, event } of receipt.events) {
      const written = this.#truth.recorded[sequence - 1];
      demand(written?.event.type === event.type, `${name} is told of events as they were written`);
    }
    demand(sent.answer === null || receipt.replayed, `${name} is decided once`);
    sent.answer ??= receipt;
  }

  #checkAnswer(name: string, { refusal }: Receipt): void {
    const written = this.#truth.answers.get(name);
    demand(written !== undefined, `the answer to ${name} is durable before it is given`);
    demand(written.refusal === refusal, `${name} is answered as it was decided`);
  }
}

function neverDecided(): never {
  throw new Violation("a request with a used key is decided");
}
