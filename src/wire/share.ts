import type { Ppm } from "../units.ts";
import { ONE_PPM, ppm } from "../units.ts";

/** A share as a number: 0.1 for 10 %. */
export function shareNumber(share: Ppm): number {
  return share / ONE_PPM;
}

/** To the nearest millionth. */
export function shareOfNumber(share: number): Ppm {
  return ppm(Math.round(share * ONE_PPM));
}
