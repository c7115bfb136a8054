import type { z } from "@hono/zod-openapi";
import { ApiError } from "./api-error.ts";

/** A request that does not have the operation's shape: the first fault by name, all of them in the details. */
export function shapeError(error: z.core.$ZodError): ApiError {
  const faults = error.issues.slice(0, 20).map((issue) => ({
    field: issue.path.map(String).join("."),
    expected: issue.message,
  }));
  const [first] = faults;
  const where = first === undefined || first.field === "" ? "The request" : first.field;
  const message = `${where}: ${first?.expected ?? "not understood"}`;
  return new ApiError("invalid_request", "request_not_valid", message, {
    field: first?.field ?? "",
    faults,
  });
}
