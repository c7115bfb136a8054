import { ApiError } from "./api-error.ts";
import { FIELDS } from "./refusal-fields.ts";
import type { AnyRefusal } from "./refusal-sentences.ts";
import { SENTENCES } from "./refusal-sentences.ts";

/** Refusals that mean that what is named is not there. */
function isUnknown(refusal: string): boolean {
  return refusal.endsWith("_unknown") && refusal !== "sku_unknown";
}

export function refusalError(refusal: AnyRefusal): ApiError {
  const type = isUnknown(refusal) ? "not_found" : "refused";
  const field = FIELDS[refusal];
  return new ApiError(type, refusal, SENTENCES[refusal], field === undefined ? {} : { field });
}
