/**
 * What goes wrong, as the API says it: `{"error": {"type", "code", "message", "details"}}`. The code of a refusal is the
 * core's own name for it.
 */
export type ErrorType =
  | "invalid_request"
  | "authentication"
  | "permission"
  | "not_found"
  | "refused"
  | "content_too_large"
  | "unsupported_media_type"
  | "rate_limit"
  | "unavailable"
  | "fault";

const STATUS = {
  invalid_request: 422,
  authentication: 401,
  permission: 403,
  not_found: 404,
  refused: 409,
  content_too_large: 413,
  unsupported_media_type: 415,
  rate_limit: 429,
  unavailable: 503,
  fault: 500,
} as const satisfies Record<ErrorType, number>;

export type ErrorStatus = (typeof STATUS)[ErrorType];

/** Where and what, beyond the sentence. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export class ApiError extends Error {
  readonly type: ErrorType;
  readonly code: string;
  readonly details: ErrorDetails;
  /** Seconds after which it may be tried again; null: nothing is gained by waiting. */
  readonly retryAfter: number | null;

  constructor(
    type: ErrorType,
    code: string,
    message: string,
    details: ErrorDetails = {},
    retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
    this.type = type;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  get status(): ErrorStatus {
    return STATUS[this.type];
  }

  toJSON() {
    const { type, code, message, details } = this;
    return { error: { type, code, message, details } };
  }
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError(
    "not_found",
    `${what}_unknown`,
    `There is no ${what} ${id} that you may see.`,
  );
}

export function invalid(code: string, message: string, field: string): ApiError {
  return new ApiError("invalid_request", code, message, { field });
}
