import { ApiError } from "./api-error.ts";
import type { AnyRefusal } from "./refusal-sentences.ts";
import { SENTENCES } from "./refusal-sentences.ts";

/** Refusals that mean that what is named is not there. */
function isUnknown(refusal: string): boolean {
  return refusal.endsWith("_unknown") && refusal !== "sku_unknown";
}

export function refusalError(refusal: AnyRefusal): ApiError {
  return new ApiError(isUnknown(refusal) ? "not_found" : "refused", refusal, SENTENCES[refusal]);
}
