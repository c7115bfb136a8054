import { randomBytes } from "node:crypto";
import type { Ids } from "../ports.ts";

const RANDOM_BYTES = 12;

/** 96 random bits: nobody guesses one, and no two are the same. */
export const randomIds: Ids = {
  next: (prefix) => `${prefix}_${randomBytes(RANDOM_BYTES).toString("hex")}`,
};
