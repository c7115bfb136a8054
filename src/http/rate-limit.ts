import { createMiddleware } from "hono/factory";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ApiError } from "./api-error.ts";
import type { ApiContext, ApiEnv } from "./context.ts";

const WINDOW_SECONDS = 60;

/** So many requests a minute for each key; the answer's headers say how many are left. */
export function limitRate({ requestsPerMinute: points }: ApiContext) {
  const limiter = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  return createMiddleware<ApiEnv>(async (request, next) => {
    const consumed = await limiter.consume(request.get("caller").key).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const seconds = Math.ceil(consumed.msBeforeNext / 1000);
    request.header("RateLimit-Limit", String(points));
    request.header("RateLimit-Remaining", String(consumed.remainingPoints));
    request.header("RateLimit-Reset", String(seconds));
    if (consumed.consumedPoints > points) {
      const sentence = `More than ${points} requests in a minute: try again in ${seconds} s.`;
      throw new ApiError("rate_limit", "too_many_requests", sentence, {}, seconds);
    }
    await next();
  });
}
