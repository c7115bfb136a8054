/** What Slurm's JSON has in common. Only what is used is checked; all else is passed over. */
import { z } from "zod";
import { parseEpochSeconds } from "../../../readers/time.ts";
import type { EpochMs } from "../../../units.ts";
import { unreadable } from "./words.ts";

export { slurmNumber as number } from "../../../readers/slurm-number.ts";

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

/** One word in early versions, or several parted by commas; a list of words in later ones. */
export const words = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((value) => {
    const list = typeof value === "string" ? value.split(",") : (value ?? []);
    return list.filter((word) => word !== "");
  });

/** 0 is a time that hasn't come. */
export function timeOfSeconds(seconds: number | null): EpochMs | null {
  return seconds === null ? null : parseEpochSeconds(seconds);
}

/** The elements of a list in an answer. @throws SlurmFault where it has none, or one is not as it should be */
export function elementsOf<Shape extends z.ZodType>(
  answer: unknown,
  list: string,
  shape: Shape,
): readonly z.output<Shape>[] {
  const parsed = z.object({ [list]: z.array(shape) }).safeParse(answer);
  if (parsed.success) return parsed.data[list] ?? [];
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") ?? list;
  throw unreadable(`${place} of Slurm's answer`, "as Slurm has it", issue?.message ?? "");
}
