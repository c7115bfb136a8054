/** Leads of the grid, in hours: lead L from origin `o` is the hour `[o + L − 1, o + L)`. */
export const LEADS_HOURS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 672] as const;
