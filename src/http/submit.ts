import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Recorded } from "../exchange/recorded.ts";
import type { RequestKey, Turn } from "../journal/turn.ts";
import { Unavailable } from "../journal/unavailable.ts";
import { ApiError, invalid } from "./api-error.ts";
import type { ApiContext, ApiEnv } from "./context.ts";
import { refusalError } from "./refusals.ts";

const LONGEST_KEY = 255;
const RETRY_SECONDS = 1;

/** What a request has brought, durably. */
export interface Done {
  readonly events: readonly Recorded[];
  readonly replayed: boolean;
}

/**
 * Has the turn decided and made durable; with an Idempotency-Key once only.
 * @param asked all that the request asks for, its path included
 * @throws ApiError where it is refused, or cannot be done now
 */
export async function submit(
  { journal }: ApiContext,
  request: Context<ApiEnv>,
  asked: unknown,
  turn: Turn,
): Promise<Done> {
  try {
    const receipt = await journal.submit(turn, requestKey(request, asked));
    if (receipt.replayed) request.header("Idempotency-Replayed", "true");
    if (receipt.refusal !== null) throw refusalError(receipt.refusal);
    return receipt;
  } catch (fault) {
    if (!(fault instanceof Unavailable)) throw fault;
    throw fault.reason === "turn_failed" ? fault : unavailable(fault);
  }
}

function unavailable({ reason, message }: Unavailable): ApiError {
  const sentence = `Nothing is lost: send the request again, with the same Idempotency-Key. (${message})`;
  return new ApiError("unavailable", reason, sentence, {}, RETRY_SECONDS);
}

function requestKey(request: Context<ApiEnv>, asked: unknown): RequestKey | null {
  const key = request.req.header("Idempotency-Key");
  if (key === undefined) return null;
  if (key.length === 0 || key.length > LONGEST_KEY || !/^[\x21-\x7e]+$/.test(key)) {
    const rule = `An Idempotency-Key is 1 to ${LONGEST_KEY} printable characters without spaces.`;
    throw invalid("idempotency_key_not_valid", rule, "Idempotency-Key");
  }
  const { method, path } = request.req;
  const digest = createHash("sha256").update(`${method} ${path}\n${JSON.stringify(asked)}`);
  return { account: request.get("caller").account, key, digest: digest.digest("hex") };
}
