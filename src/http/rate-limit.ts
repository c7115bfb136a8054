import { createMiddleware } from "hono/factory";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "./api-error.ts";
import type { ApiContext, ApiEnv } from "./context.ts";

const WINDOW_SECONDS = 60;

/** What all keys of an account may send together, in times of what one may: more keys are not more requests for ever. */
const KEYS_OF_ACCOUNT = 10;

/** So many requests a minute for each key, and for each account; the answer's headers say how many are left to the key. */
export function limitRate({ requestsPerMinute: points }: ApiContext) {
  const most = points * KEYS_OF_ACCOUNT;
  const ofKey = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  const ofAccount = new RateLimiterMemory({ points: most, duration: WINDOW_SECONDS });
  return createMiddleware<ApiEnv>(async (request, next) => {
    const { key, account } = request.get("caller");
    const consumed = await consume(ofKey, key);
    request.header("RateLimit-Limit", String(points));
    request.header("RateLimit-Remaining", String(consumed.remainingPoints));
    request.header("RateLimit-Reset", String(secondsOf(consumed)));
    if (consumed.consumedPoints > points) throw tooMany(`${points} requests`, consumed);
    const all = await consume(ofAccount, account);
    if (all.consumedPoints > most) throw tooMany(`${most} requests of the account`, all);
    await next();
  });
}

async function consume(limiter: RateLimiterMemory, name: string): Promise<RateLimiterRes> {
  return limiter.consume(name).catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.ceil(msBeforeNext / 1000);
}

function tooMany(what: string, consumed: RateLimiterRes): ApiError {
  const seconds = secondsOf(consumed);
  const sentence = `More than ${what} in a minute: try again in ${seconds} s.`;
  return new ApiError("rate_limit", "too_many_requests", sentence, {}, seconds);
}
