import { setTimeout as pause } from "node:timers/promises";

/** An answer that tells what happened: the request need not be sent again. */
export interface Acknowledgement {
  readonly status: number;
  readonly text: string;
  readonly replayed: boolean;
}

export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly key: string;
  readonly body?: unknown;
  /** Named by the sender, so that it has one effect. */
  readonly idempotencyKey?: string;
}

const LONGEST_ANSWER_MS = 20_000;
const PAUSE_MS = 25;

/** The way to a server that comes and goes. */
export class Line {
  /** Where it listens; null: nowhere just now. */
  url: string | null = null;
  /** Answers that said nothing of what happened, or never came. */
  lost = 0;

  /** Sends the request, with the same key again and again, until it is known what became of it. */
  async insist(request: Request): Promise<Acknowledgement> {
    for (;;) {
      const answer = await this.try(request);
      if (answer !== null) return answer;
      this.lost += 1;
      await pause(PAUSE_MS);
    }
  }

  /** @returns null where it is not known what became of it */
  async try({ method, path, key, body, idempotencyKey }: Request): Promise<Acknowledgement | null> {
    while (this.url === null) await pause(PAUSE_MS);
    try {
      const answer = await fetch(`${this.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${key}`,
          ...(body === undefined || body === null ? {} : { "Content-Type": "application/json" }),
          ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
        },
        ...(body === undefined || body === null ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
      });
      const text = await answer.text();
      if (answer.status >= 500) return null;
      const replayed = answer.headers.get("Idempotency-Replayed") === "true";
      return { status: answer.status, text, replayed };
    } catch {
      return null;
    }
  }
}
