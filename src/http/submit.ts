import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { Recorded } from "../exchange/recorded.ts";
import type { Requester } from "../journal/audit.ts";
import type { RequestKey, Turn } from "../journal/turn.ts";
import { Unavailable } from "../journal/unavailable.ts";
import { addressOf } from "./address.ts";
import { ApiError, invalid } from "./api-error.ts";
import type { ApiContext, ApiEnv } from "./context.ts";
import { refusalError } from "./refusals.ts";

const LONGEST_KEY = 255;
const LONGEST_PATH = 300;
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
  context: ApiContext,
  request: Context<ApiEnv>,
  asked: unknown,
  turn: Turn,
  operation: string,
): Promise<Done> {
  return decided(context, request, asked, turn, requesterOf(context, request, operation));
}

/**
 * Has it written that an operation is asked for which is then done beside the journal.
 * @returns whether it was asked for before, with the same Idempotency-Key
 */
export async function noteBeside(
  context: ApiContext,
  request: Context<ApiEnv>,
  asked: unknown,
  operation: string,
): Promise<boolean> {
  const by = { ...requesterOf(context, request, operation), isBeside: true } as const;
  return (await decided(context, request, asked, () => null, by)).replayed;
}

async function decided(
  context: ApiContext,
  request: Context<ApiEnv>,
  asked: unknown,
  turn: Turn,
  by: Requester,
): Promise<Done> {
  try {
    const receipt = await context.journal.submit(turn, requestKey(request, asked), by);
    if (receipt.replayed) request.header("Idempotency-Replayed", "true");
    if (receipt.refusal !== null) throw refusalError(receipt.refusal);
    return receipt;
  } catch (fault) {
    if (!(fault instanceof Unavailable)) throw fault;
    throw fault.reason === "turn_failed" ? fault : unavailable(fault);
  }
}

/** In addresses there is nothing but visible ASCII; whatever else comes is not to be kept for ever. */
function requesterOf(context: ApiContext, request: Context<ApiEnv>, operation: string): Requester {
  const { account, member, key } = request.get("caller");
  return { account, member, key, operation, ...originOf(context, request) };
}

/** Whoever signed the message, whom no key names: a provider of payments. */
export function signedBy(
  context: ApiContext,
  request: Context<ApiEnv>,
  provider: string,
  operation: string,
): Requester {
  return { account: "", member: provider, key: "", operation, ...originOf(context, request) };
}

function originOf({ behindProxy = false }: ApiContext, request: Context<ApiEnv>) {
  const path = request.req.path.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, LONGEST_PATH);
  return { requestId: request.get("requestId"), path, address: addressOf(request, behindProxy) };
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
