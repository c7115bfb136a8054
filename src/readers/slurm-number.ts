import { z } from "zod";

/** Up to 21.08 a number; later versions say of ever more fields whether they are set, or without a limit. */
export const slurmNumber = z
  .union([
    z.number(),
    z.object({ set: z.boolean(), infinite: z.boolean().optional(), number: z.number() }),
  ])
  .nullish()
  .transform((value) => {
    if (typeof value !== "object" || value === null) return value ?? null;
    return value.set && value.infinite !== true ? value.number : null;
  });
