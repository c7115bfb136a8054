import { z } from "zod";
import type { SlurmLevel } from "../seen.ts";
import { elementsOf, words } from "./json-fields.ts";

const user = z.object({ administrator_level: words });

/** @param answer of slurmrestd to `/slurmdb/…/user/NAME` @throws SlurmFault */
export function levelOfJson(answer: unknown): SlurmLevel {
  const levels = elementsOf(answer, "users", user).flatMap((each) => each.administrator_level);
  const has = (level: string): boolean => levels.some((each) => each.toLowerCase() === level);
  if (has("administrator")) return "administrator";
  return has("operator") ? "operator" : "none";
}
